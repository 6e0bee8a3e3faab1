"""Whether a day that is named by how long ago it was is that of an order.

"The lamp I ordered broke yesterday" names no day of an order, and "I ordered it and got it yesterday" neither. So the
word for the order has to stand in the day's own clause, and either alone there or right beside the day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from app.desk.drafts.order_cues import Cue
from app.desk.drafts.relative_days import UNSPACED, RelativeDay, choice, wording_of
from guardrails.folding import FoldedText

_BORDERS = re.compile("[,;:，；：、،؛–—]| - ")
_BESIDE = 4  # characters between a day and a word that are right beside each other: "two weeks ago I ordered"
_FAR = 60
_FAR_BEHIND = 20  # where the verb does not come last, the day and its verb are near: "yesterday my wife ordered"


def is_of_an_order(
    sentence: str, language: str, day: RelativeDay, days: Sequence[RelativeDay], cues: Sequence[Cue]
) -> bool:
    """Whether ``day`` belongs to a word for an order.

    :param days: all of the sentence.
    :param cues: all of the sentence, of which one says that something was ordered.
    """
    cues = [cue for cue in cues if not any(each.start <= cue.start < each.end for each in days)]  # "due settimane fa"
    start, end = _clause(sentence, language, day, [*days, *cues])
    alone = not any(start <= cue.start < end for cue in cues)
    if alone and day.start - start <= _BESIDE and end - day.end <= _BESIDE:  # "yesterday, I ordered"
        end = _clause_end(sentence, language, end + _BESIDE, [*days, *cues])
        if any(cue.kind == "other" for cue in cues if start <= cue.start < end):
            return False
    within = [cue for cue in cues if start <= cue.start < end]
    wording = wording_of(language)
    verb_last = wording is not None and wording.verb_last
    behind = [cue for cue in within if cue.start >= day.end]
    # Where the verb comes last, what stands behind the day is what happened on it: "siparişim dün geldi".
    nearest = min(behind if verb_last and behind else within, key=lambda cue: _far(cue, day), default=None)
    if nearest is None or nearest.kind != "ordered":
        return False
    if all(cue.kind == "ordered" for cue in within):
        return _far(nearest, day) <= (_FAR_BEHIND if nearest in behind and not verb_last else _FAR)
    # "Llegó el pedido ayer": what came first is what happened, and the order a thing.
    is_a_thing = nearest not in behind and any(cue.start < nearest.start for cue in within if cue.kind == "other")
    return not is_a_thing and _far(nearest, day) <= _BESIDE


def _far(cue: Cue, day: RelativeDay) -> int:
    return max(cue.start - day.end, day.start - cue.end, 0)


def _clause(sentence: str, language: str, day: RelativeDay, whole: Sequence[RelativeDay | Cue]) -> tuple[int, int]:
    """Where the clause of ``day`` begins and ends."""
    begins = [border for border in _borders(sentence, language, whole) if border < day.start]
    return (max(begins) + 1 if begins else 0), _clause_end(sentence, language, day.end, whole)


def _clause_end(sentence: str, language: str, after: int, whole: Sequence[RelativeDay | Cue]) -> int:
    ends = [border for border in _borders(sentence, language, whole) if border >= after]
    return min(ends, default=len(sentence))


def _borders(sentence: str, language: str, whole: Sequence[RelativeDay | Cue]) -> list[int]:
    """Where clauses meet; not inside of what belongs together."""
    found = [match.start() for match in _BORDERS.finditer(sentence)]
    if (joined := _joined(language)) is not None:
        view = FoldedText(sentence)
        found += [view.span(*match.span())[0] for match in joined.finditer(view.folded)]
    return [border for border in found if not any(each.start <= border < each.end for each in whole)]


@cache
def _joined(language: str) -> re.Pattern[str] | None:
    wording = wording_of(language)
    if wording is None:
        return None
    border = ("", "") if language in UNSPACED else (r"(?<!\w)", r"(?!\w)")
    return re.compile(rf"{border[0]}(?:{choice(wording.joined)}){border[1]}")
