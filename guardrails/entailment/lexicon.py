"""The words of each language that turn the meaning of a sentence, from ``words/<language>.yaml``.

``join`` stands between clauses. ``neg`` denies, ``deny`` denies by its own meaning ("excluded", "void"), ``soft`` may
stand where another wording denies ("only", "without"); ``may``, ``hedge``, ``must`` and ``should`` say how binding a
sentence is; ``except`` and ``cond`` limit it, ``all`` and ``only`` say of how much it speaks. ``contrasts`` are things
of which a sentence names one and not the other. ``supposed`` begins what is only supposed ("if it does not arrive"):
what is denied there is denied of nothing; written with ``…`` in front where it stands behind, with ``^`` where it is a
verb that begins the clause ("Kommt es nicht an, …"). A form with ``-`` in front is none of its group ("not only" denies
nothing).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from guardrails.entailment.forms import UNSPACED, Forms, longest
from guardrails.folding import fold, primary_language
from guardrails.yamlfile import load_yaml

_WORDS = Path(__file__).with_name("words")
_BOUND = "bound"  # "no more than" is a bound and denies nothing
PAUSES = tuple(",;:.、،，。")
_SUPPOSED = "supposed"
_BEHIND, _FIRST, _NONE = "…", "^", "-"
_FAR = {"hi": 6}  # words between "if" and a denial, at most; other languages 3
_FAR_UNSPACED = 10  # characters, where there are no spaces
_FAR_BEHIND = 6  # of an "if" that stands behind, in words or characters
_PLAIN = ("neg", "deny", "soft", "may", "hedge", "must", "should", "except", "cond", "all", "only")


class Cue(NamedTuple):
    """A place where a sentence says something that turns its meaning, in the folded text."""

    group: str  # "neg", "must", …, or the name of a contrast
    value: str  # of a contrast; else as the group
    start: int
    end: int


class _Words(BaseModel):
    """One file; forms are separated by commas."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    join: str
    neg: str
    deny: str
    soft: str
    may: str
    hedge: str
    must: str
    should: str
    except_: str = Field(alias="except")
    cond: str
    supposed: str
    all: str
    only: str
    contrasts: dict[str, dict[str, str]]


def languages() -> list[str]:
    """The languages that have words."""
    return sorted(file.stem for file in _WORDS.glob("*.yaml"))


def find_cues(text: str, language: str) -> tuple[Cue, ...]:
    """The cues of ``text``; none in a language that has no words.

    In one group the longer form wins: "not included" does not say "included".
    """
    primary = primary_language(language)
    forms = _forms(primary)
    if forms is None:
        return ()
    folded = fold(text)
    kept = [
        Cue(group, value, start, end)
        for start, end, (group, value) in longest(forms.find(folded), lambda found: found[2][0])
    ]
    bounds = [cue for cue in kept if cue.group == _BOUND]
    ifs = [cue for cue in kept if cue.group == _SUPPOSED]

    def denies(cue: Cue) -> bool:
        within = any(_inside(cue, bound) for bound in bounds)
        return not (within or _answers(folded, cue) or any(_supposes(folded, each, cue, primary) for each in ifs))

    said = (cue for cue in kept if cue.group != _SUPPOSED and cue.value != _NONE)
    return tuple(cue for cue in said if cue.group != "neg" or denies(cue))


def _supposes(folded: str, supposed: Cue, denial: Cue, language: str) -> bool:
    """Whether the denial is in what an "if" supposes."""
    if supposed.value == _BEHIND:
        return _runs_on(folded, denial, supposed) and _length(folded[denial.end : supposed.start]) <= _FAR_BEHIND
    if not _runs_on(folded, supposed, denial):
        return False
    if supposed.value == _FIRST:
        return not folded[: supposed.start].strip() and "," in folded[denial.end :]
    between = folded[supposed.end : denial.start]
    return _length(between) <= (_FAR_UNSPACED if UNSPACED.search(between) else _FAR.get(language, 3))


def _length(text: str) -> int:
    """In words, or in characters where there are no spaces."""
    return len(text) if UNSPACED.search(text) else len(text.split())


def _runs_on(folded: str, first: Cue, second: Cue) -> bool:
    """Whether the second comes behind the first, and no pause between them."""
    between = folded[first.end : second.start]
    return first.end <= second.start and not any(pause in between for pause in PAUSES)


def _answers(folded: str, cue: Cue) -> bool:
    """Whether it is the "No" of "No, that is free", which denies nothing that the evidence says."""
    return not folded[: cue.start].strip() and folded[cue.end : cue.end + 1] in PAUSES


def _inside(cue: Cue, other: Cue) -> bool:
    return other.start <= cue.start and cue.end <= other.end and other.end - other.start > cue.end - cue.start


def joining_words(language: str) -> list[str]:
    """The words of ``language`` that begin another clause; none in a language that has no words."""
    words = _words(primary_language(language))
    return [word.strip() for word in words.join.split(",")] if words else []


@lru_cache(maxsize=32)
def _words(language: str) -> _Words | None:
    return load_yaml(_WORDS / f"{language}.yaml", _Words) if language in languages() else None


@lru_cache(maxsize=32)
def _forms(language: str) -> Forms[tuple[str, str]] | None:
    words = _words(language)
    if words is None:
        return None
    meanings: dict[str, list[tuple[str, str]]] = {}
    plain = words.model_dump(by_alias=True)
    groups = [(name, name, plain[name]) for name in (*_PLAIN, _SUPPOSED)]
    groups += [(name, value, forms) for name, values in words.contrasts.items() for value, forms in values.items()]
    for group, value, forms in groups:
        for form in forms.split(","):
            bare = form.strip()
            if bare[:1] in (_BEHIND, _FIRST, _NONE):
                meanings.setdefault(fold(bare[1:].strip()), []).append((group, bare[0]))
            else:
                meanings.setdefault(fold(bare), []).append((group, value))
    return Forms(meanings)
