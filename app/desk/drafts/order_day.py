"""The day a customer says they ordered, whose rules hold for them; without a model, in any language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import permutations

from app.desk.drafts.needs import customer_messages, sentences_of, ticket_language
from app.desk.drafts.order_clauses import is_of_an_order
from app.desk.drafts.order_cues import Cue, cues_of
from app.desk.drafts.relative_days import Time, relative_days
from guardrails.folding import primary_language
from guardrails.quantities import DateParts, Quantity, find_quantities
from ingest.sources.tickets import Ticket

_FAR = 80  # characters between a date and a word, beyond which the one does not belong to the other
_MOST = 6  # dates, and words, of one sentence
_BORDERS = re.compile("[,;:，；：、،؛]")
_CLAUSE = 10  # characters that a border between clauses counts for
_YEARS = 10  # an order longer ago than that is more likely a misreading


@dataclass(frozen=True, slots=True)
class OrderDay:
    """When a customer ordered, and their words for it.

    ``time``: the day itself, or where they say "last week" the days that it may be.
    """

    time: Time
    said: str

    @property
    def day(self) -> date:
        """The likeliest."""
        return self.time.day


def order_day(ticket: Ticket, today: date) -> OrderDay | None:
    """When the customer ordered, by what they last said of it; None where they name no day or it is not sure.

    A date counts where the nearest word says that something was ordered or bought, and not that it arrived, was sent
    back or the like. A day without a year is the last one before the message. How long ago it was is counted from the
    day of the message, and counts where nothing else is said in the same clause.

    :param today: stands in for the day of a message that has none.
    """
    language = primary_language(ticket_language(ticket))
    for message in reversed(customer_messages(ticket)):
        written = _day_of(message.at) or today
        for sentence in reversed(sentences_of(message.text)):
            times = list(_ordered_in(sentence, language, written))
            if times:
                time = _one_of(times)
                return OrderDay(time, sentence.strip()) if time else None
    return None


def _one_of(times: Sequence[Time | None]) -> Time | None:
    """The one that all of them may be; None where one is open, or where they are different days."""
    known = [time for time in times if time is not None]
    if len(known) < len(times):
        return None
    narrow = min(known, key=lambda time: time.last - time.first)
    return narrow if all(time.first <= narrow.day <= time.last for time in known) else None


def _ordered_in(sentence: str, language: str, written: date) -> Iterable[Time | None]:
    """The times that an order belongs to; None for one that is left open."""
    cues = cues_of(sentence, language)[:_MOST]
    if not any(cue.kind == "ordered" for cue in cues):
        return
    dates = [found for found in find_quantities(sentence, language) if found.kind == "date"][:_MOST]
    for found, cue in zip(dates, _belonging(sentence, dates, cues), strict=True):
        if cue.kind == "ordered" and _far(sentence, cue, found) <= _FAR:
            readings = [reading for reading in found.readings if isinstance(reading, DateParts)]
            day = next(filter(None, (_resolved(reading, written) for reading in readings)), None)
            if day is not None:
                yield Time(day, day, day)
    days = relative_days(sentence, language, written)[:_MOST]
    yield from (found.time for found in days if is_of_an_order(sentence, language, found, days, cues))


def _belonging(sentence: str, dates: Sequence[Quantity], cues: Sequence[Cue]) -> Sequence[Cue]:
    """The word that each date belongs to: each another one, as near as can be all together, if there are enough."""
    if len(dates) > len(cues):
        return [min(cues, key=lambda cue: _far(sentence, cue, found)) for found in dates]

    def all_together(chosen: Sequence[Cue]) -> int:
        return sum(_far(sentence, cue, found) for cue, found in zip(chosen, dates, strict=True))

    return min(permutations(cues, len(dates)), key=all_together)


def _far(sentence: str, cue: Cue, found: Quantity) -> int:
    between = sentence[cue.end : found.start] if cue.end <= found.start else sentence[found.end : cue.start]
    return len(between) + _CLAUSE * len(_BORDERS.findall(between))


def _resolved(parts: DateParts, written: date) -> date | None:
    """The day itself; the last such day by then where no year is given."""
    if parts.month is None or parts.day is None:
        return None
    years: Sequence[int] = (parts.year,) if parts.year is not None else (written.year, written.year - 1)
    for year in years:
        try:
            day = date(year, parts.month, parts.day)
        except ValueError:
            continue
        if day <= written and written.year - day.year <= _YEARS:
            return day
    return None


def _day_of(at: str) -> date | None:
    try:
        return datetime.fromisoformat(at).date()
    except ValueError:
        return None
