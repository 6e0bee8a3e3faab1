"""The day a customer says they ordered, whose rules hold for them; without a model, in any language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel

from app.desk.drafts.needs import customer_messages, sentences_of, ticket_language
from guardrails.folding import FoldedText, fold, primary_language
from guardrails.quantities import DateParts, Quantity, find_quantities
from guardrails.yamlfile import load_yaml
from ingest.sources.tickets import Ticket

_WORDS = Path(__file__).with_name("order_words.yaml")
_ENGLISH = "en"  # its words for an order are used in every language
_FAR = 80  # characters between a date and a word, beyond which the one does not belong to the other
_MOST = 6  # dates, and words, of one sentence
_BORDERS = re.compile("[,;:，；：、،؛]")
_CLAUSE = 10  # characters that a border between clauses counts for
_YEARS = 10  # an order longer ago than that is more likely a misreading
_UNSPACED = frozenset({"ja", "zh", "ko", "th", "ar", "fa", "he"})  # something may stand before a word without a space


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ordered: tuple[str, ...]
    other: tuple[str, ...]


class _ByLanguage(RootModel[dict[str, _Words]]):
    pass


@dataclass(frozen=True, slots=True)
class OrderDay:
    """A day, and the words of the customer that name it."""

    day: date
    said: str


@dataclass(frozen=True, slots=True)
class _Cue:
    kind: Literal["ordered", "other"]
    start: int
    end: int


def order_day(ticket: Ticket, today: date) -> OrderDay | None:
    """When the customer ordered, by what they last said of it; None where they name no day or it is not sure.

    A date counts where the nearest word says that something was ordered or bought, and not that it arrived, was sent
    back or the like. A day without a year is the last one before the message.

    :param today: stands in for the day of a message that has none.
    """
    language = primary_language(ticket_language(ticket))
    for message in reversed(customer_messages(ticket)):
        written = _day_of(message.at) or today
        for sentence in reversed(sentences_of(message.text)):
            days = {day for day in _ordered_in(sentence, language, written) if day is not None}
            if len(days) == 1:
                return OrderDay(days.pop(), sentence.strip())
            if days:
                return None
    return None


def _ordered_in(sentence: str, language: str, written: date) -> Iterable[date | None]:
    cues = _cues(sentence, language)[:_MOST]
    if not any(cue.kind == "ordered" for cue in cues):
        return
    dates = [found for found in find_quantities(sentence, language) if found.kind == "date"][:_MOST]
    for found, cue in zip(dates, _belonging(sentence, dates, cues), strict=True):
        if cue.kind == "ordered" and _far(sentence, cue, found) <= _FAR:
            readings = [reading for reading in found.readings if isinstance(reading, DateParts)]
            yield next(filter(None, (_resolved(reading, written) for reading in readings)), None)


def _belonging(sentence: str, dates: Sequence[Quantity], cues: Sequence[_Cue]) -> Sequence[_Cue]:
    """The word that each date belongs to: each another one, as near as can be all together, if there are enough."""
    if len(dates) > len(cues):
        return [min(cues, key=lambda cue: _far(sentence, cue, found)) for found in dates]

    def all_together(chosen: Sequence[_Cue]) -> int:
        return sum(_far(sentence, cue, found) for cue, found in zip(chosen, dates, strict=True))

    return min(permutations(cues, len(dates)), key=all_together)


def _far(sentence: str, cue: _Cue, found: Quantity) -> int:
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


def _cues(sentence: str, language: str) -> list[_Cue]:
    view = FoldedText(sentence)
    found: dict[int, _Cue] = {}  # a word that both languages have is one
    for pattern in filter(None, (_pattern(_ENGLISH), _pattern(language))):
        for match in pattern.finditer(view.folded):
            kind: Literal["ordered", "other"] = "ordered" if match.lastgroup == "ordered" else "other"
            start, end = view.span(*match.span())
            found[start] = _Cue(kind, start, end)
    return [found[start] for start in sorted(found)]


@cache
def _pattern(language: str) -> re.Pattern[str] | None:
    words = load_yaml(_WORDS, _ByLanguage).root.get(language)
    if words is None:
        return None
    border = "" if language in _UNSPACED else r"(?<!\w)"
    ordered, other = (
        "|".join(re.escape(fold(word)) for word in sorted(group, key=len, reverse=True))
        for group in (words.ordered, words.other)
    )
    return re.compile(rf"{border}(?:(?P<ordered>{ordered})|(?P<other>{other}))")


def _day_of(at: str) -> date | None:
    try:
        return datetime.fromisoformat(at).date()
    except ValueError:
        return None
