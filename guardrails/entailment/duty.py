"""How binding a clause is: whether a thing is needed, unneeded, allowed or barred."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, RootModel

from guardrails.entailment.forms import Forms, longest
from guardrails.entailment.lexicon import PAUSES, Cue
from guardrails.folding import fold, primary_language
from guardrails.yamlfile import load_yaml

_FILE = Path(__file__).with_name("duty.yaml")
_CONCORD = frozenset({"fr", "es", "pt", "it", "pl"})  # several denials are one: "ne … pas", "nie … nigdy"
_DENIED = {"needed": "unneeded", "unneeded": "needed", "allowed": "barred", "barred": "allowed", "ordered": "barred"}
# Of these one cannot hold where the other does.
_OPPOSED = (
    frozenset({"needed", "unneeded"}),
    frozenset({"allowed", "barred"}),
    frozenset({"needed", "barred"}),
)


class _Found(NamedTuple):
    start: int
    end: int
    name: str


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    needed: str
    ordered: str
    unneeded: str
    allowed: str
    barred: str


class _Languages(RootModel[dict[str, _Words]]):
    pass


def find_duty(text: str, language: str, cues: Sequence[Cue]) -> str:
    """``needed``, ``unneeded``, ``allowed`` or ``barred``; nothing where a clause says none of it, or several.

    :param cues: of the text, of which the denials count that are not in a word for duty itself.
    """
    folded = fold(text)
    kept = [_Found(*each) for each in longest(_forms(primary_language(language)).find(folded))]
    denials = [cue for cue in cues if cue.group == "neg"]
    free = [cue for cue in denials if not any(_apart(folded, cue, each) for each in kept)]
    names = {each.name for each in kept}
    if len(names) != 1 or (len(free) > 1 and primary_language(language) not in _CONCORD):
        return ""  # which of them is denied, punctuation does not tell
    name = names.pop()
    return _DENIED[name] if free else "needed" if name == "ordered" else name


def _apart(folded: str, denial: Cue, duty: _Found) -> bool:
    """Whether a denial is in the word for the duty, or a pause stands between the two."""
    if duty.start <= denial.start and denial.end <= duty.end:
        return True
    between = folded[min(denial.end, duty.end) : max(denial.start, duty.start)]
    return any(pause in between for pause in PAUSES)


def opposed(one: str, other: str) -> bool:
    """Whether the one duty rules the other out."""
    return frozenset({one, other}) in _OPPOSED


@lru_cache(maxsize=32)
def _forms(language: str) -> Forms[str]:
    words = load_yaml(_FILE, _Languages).root.get(language)
    meanings: dict[str, list[str]] = {}
    for name, forms in (words.model_dump() if words else {}).items():
        for form in filter(None, forms.split(",")):
            meanings.setdefault(fold(form.strip()), []).append(name)
    return Forms(meanings)
