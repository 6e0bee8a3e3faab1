"""What kind of change it is when a sentence has other words: the guards' words for negation, duty and limits say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from app.desk.changes.change import ChangedValue, Kind, Span
from guardrails.entailment import Said, said
from guardrails.entailment.names import missing_names
from guardrails.folding import FoldedText
from ingest.places import countries

Marks = tuple[Sequence[Span], Sequence[Span]]
_DENIES = ("neg", "deny")
_BINDS = ("may", "must", "should")
_LIMITS = ("except", "only", "all")
_DENYING_EXCEPTION = "deny-except"  # a cue that is of both groups
# What a sentence names one of, and what it means when it names another one. The first group counts as well where one
# of the two names none: a rule for "business customers" is not one for all.
_NARROWS = ("trade", "newness", "age", "place", "scope")
_CONTRASTS: dict[str, Kind] = {
    **dict.fromkeys((*_NARROWS, "party", "service"), "scope"),
    "days": "deadline",
    "cost": "amount",
    "included": "permission",
}


def kinds_of(old: str, new: str, language: str, values: tuple[ChangedValue, ...], marks: Marks) -> set[Kind]:
    """Every kind of change that is seen; none where the words differ alone.

    :param marks: the words that differ, of either side.
    """
    before, after = said(old, language), said(new, language)
    kinds = {value.kind for value in values}
    kinds |= set(_said_otherwise(_marked(before, marks[0]), _marked(after, marks[1])))
    return kinds | set(_contrasts(before, after)) | set(_scope(before, after))


def says_whose(text: str, language: str) -> frozenset[str]:
    """For whom or where a heading makes what is below it hold; empty where it names nobody."""
    of = said(text, language)
    named = {f"{contrast}:{value}" for contrast in (*_NARROWS, *_LIMITS, *_DENIES) for value in of.values(contrast)}
    return frozenset(named) | _places(of)


def _said_otherwise(old: Counter[str], new: Counter[str]) -> Iterator[Kind]:
    denies = [any(side[group] for group in _DENIES) for side in (old, new)]
    binds = any(bool(old[group]) != bool(new[group]) for group in _BINDS)
    # "Is excluded" for "is not possible" denies by itself what the other says one may not.
    if denies[0] != denies[1] or (binds and not all(denies)):
        yield "permission"
    if all(denies):  # "is excluded" then denies, and makes no exception
        old, new = (Counter({**side, "except": side["except"] - side[_DENYING_EXCEPTION]}) for side in (old, new))
    if any(bool(old[group]) != bool(new[group]) for group in _LIMITS):
        yield "scope"


def _contrasts(before: Said, after: Said) -> Iterator[Kind]:
    for contrast in before.contrasts | after.contrasts:
        mine, theirs = before.values(contrast), after.values(contrast)
        if mine != theirs and ((mine and theirs) or contrast in _NARROWS):
            yield _CONTRASTS.get(contrast, "terms")


def _marked(of: Said, marks: Sequence[Span]) -> Counter[str]:
    """How often it has each cue among the words that differ; "does not include" is a negation and no exception."""
    view = FoldedText(of.text)
    length = len(view.folded)  # a form at the very end may be looked up beyond it
    negated = [(cue.start, cue.end) for cue in of.cues if cue.group == "neg"]
    denied = [(cue.start, cue.end) for cue in of.cues if cue.group == "deny"]
    found: Counter[str] = Counter()
    for cue in of.cues:
        start, end = view.span(cue.start, min(cue.end, length))
        is_negation = cue.group == "except" and any(cue.start < e and s < cue.end for s, e in negated)
        if not is_negation and any(start < e and s < end for s, e in marks):
            found[cue.group] += 1
            if cue.group == "except" and any(cue.start < e and s < cue.end for s, e in denied):
                found[_DENYING_EXCEPTION] += 1
    return found


def _scope(before: Said, after: Said) -> Iterator[Kind]:
    if _places(before) != _places(after):
        yield "scope"
    absent = missing_names(after.text, after.language, before.text, before.language)
    gone = missing_names(before.text, before.language, after.text, after.language)
    counted = [each.text[q.start : q.end] for each in (before, after) for q in each.quantities]
    if any(not any(name in figure for figure in counted) for name in (*absent, *gone)):
        yield "scope"


def _places(of: Said) -> frozenset[str]:
    return of.territories | frozenset(countries(of.text, of.language))
