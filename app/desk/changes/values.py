"""The figures in which two texts differ, old beside new."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from app.desk.changes.change import ChangedValue, Kind
from app.desk.changes.marks import tokens
from app.desk.changes.normal import equal, figures, normal
from guardrails.quantities import Quantity, find_quantities

_KINDS: dict[str, Kind] = {
    "amount": "amount",
    "percent": "percentage",
    "duration": "deadline",
    "date": "date",
    "time": "time",
}


def changed_values(old: str, new: str, language: str) -> tuple[ChangedValue, ...]:
    """What is another figure now, in the order of the new text, what is gone last."""
    pairs = list(_pairs(old, new, language))
    weighty = [pair for pair in pairs if _counts(pair, old, new, language)]
    return tuple(
        ChangedValue(
            _KINDS.get((after or before).kind, "number"),  # type: ignore[union-attr]  # one of the two is there
            old[before.start : before.end].strip() if before else "",
            new[after.start : after.end].strip() if after else "",
        )
        for before, after in weighty
    )


_Pair = tuple[Quantity | None, Quantity | None]


def _pairs(old: str, new: str, language: str) -> Iterator[_Pair]:
    mine, theirs = figures(old, language), figures(new, language)
    if normal(old, language).letters == normal(new, language).letters:
        # Word for word the same but for the figures: each stands where it stood, so two that swap places have changed.
        yield from ((a, b) for a, b in zip(mine, theirs, strict=True) if not equal(a, b))
        return
    gone, come = _unequal(mine, theirs)
    for after in come:
        before = _counterpart(after, gone, old, new, language)
        if before is not None:
            gone.remove(before)
        yield before, after
    yield from ((before, None) for before in gone)


def _unequal(mine: Sequence[Quantity], theirs: Sequence[Quantity]) -> tuple[list[Quantity], list[Quantity]]:
    """What either side has and the other has not, as often."""
    come = list(theirs)
    gone = []
    for quantity in mine:
        match = next((each for each in come if equal(quantity, each)), None)
        if match is None:
            gone.append(quantity)
        else:
            come.remove(match)
    return gone, come


def _counterpart(after: Quantity, gone: Sequence[Quantity], old: str, new: str, language: str) -> Quantity | None:
    """The old figure in whose place ``after`` stands: one of its kind, with the words around it most alike."""
    alike = [each for each in gone if _KINDS.get(each.kind, "number") == _KINDS.get(after.kind, "number")]
    if not alike:
        return None
    around = _around(new, after, language)
    return max(alike, key=lambda each: difflib.SequenceMatcher(None, _around(old, each, language), around).ratio())


def _around(text: str, figure: Quantity, language: str, words: int = 3) -> list[str]:
    found = tokens(text, language)
    at = next((n for n, token in enumerate(found) if token.start == figure.start), 0)
    return [token.key for token in found[max(0, at - words) : at + words + 1]]


def _counts(pair: _Pair, old: str, new: str, language: str) -> bool:
    """Not an article: a "one" without a figure in its place, or a small bare number word beside nothing."""
    before, after = pair
    if before is not None and after is not None:
        return True
    alone, text = (before, old) if before is not None else (after, new)
    if alone is None or alone.kind != "number" or alone.unit is not None:
        return True
    meant = find_quantities(text, language)  # without the words that may stand for no number
    return any(each.start <= alone.start < each.end for each in meant)
