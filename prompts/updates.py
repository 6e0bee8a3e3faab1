"""The words of briefs on changed documents, one YAML file a language in ``prompts/updates/``.

A new language is a new file with the same keys. Quoted words of the documents stay in their own language.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from prompts.files import load
from prompts.slots import fill, slots

_FOLDER = Path(__file__).parent / "updates"
_FALLBACK = "en"
_SLOTS: dict[str, frozenset[str]] = {
    "since": frozenset({"date"}),
    "from_day": frozenset({"date"}),
    "at_once": frozenset(),
    "until": frozenset({"date"}),
    "gone": frozenset({"date"}),
    "whom": frozenset({"audience"}),
    "countries": frozenset({"countries"}),
    "author": frozenset({"author"}),
    "run": frozenset({"number", "date"}),
    "elsewhere": frozenset({"old", "new"}),
    "wording_only": frozenset(),
    "before": frozenset(),
    "now": frozenset(),
    "nothing": frozenset(),
}


class Kinds(BaseModel):
    """What each kind of change is called."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: str = Field(min_length=1)
    percentage: str = Field(min_length=1)
    deadline: str = Field(min_length=1)
    date: str = Field(min_length=1)
    time: str = Field(min_length=1)
    number: str = Field(min_length=1)
    permission: str = Field(min_length=1)
    scope: str = Field(min_length=1)
    terms: str = Field(min_length=1)
    added: str = Field(min_length=1)
    removed: str = Field(min_length=1)
    wording: str = Field(min_length=1)


class UpdateWords(BaseModel):
    """One language's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: Kinds
    what: dict[str, str]  # new, changed, retired
    audiences: dict[str, str]  # all, agent, manager; others are called as they are
    facts: dict[str, str]  # title, audience, effective_to
    since: str
    from_day: str
    at_once: str
    until: str
    gone: str
    whom: str
    countries: str
    author: str
    run: str
    elsewhere: str
    wording_only: str
    before: str
    now: str
    nothing: str

    @model_validator(mode="after")
    def _all_is_there(self) -> Self:
        for key, wanted in _SLOTS.items():
            if slots(getattr(self, key)) != wanted:
                raise ValueError(f"{key} must contain {', '.join(sorted(wanted)) or 'no slots'}")
        for name, keys in (
            ("what", {"new", "changed", "retired"}),
            ("audiences", {"all", "agent", "manager"}),
            ("facts", {"title", "audience", "effective_to"}),
        ):
            if getattr(self, name).keys() != keys:
                raise ValueError(f"{name} must have {', '.join(sorted(keys))}")
        return self

    def say(self, key: str, **values: str) -> str:
        """The sentence ``key`` with its slots filled, the values as they stand."""
        return fill(getattr(self, key), values)

    def kind(self, kind: str) -> str:
        """What a kind of change is called."""
        name: str = getattr(self.kinds, kind)
        return name

    def audience(self, audience: str) -> str:
        """Who reads a document, in words; an audience of the company's own as it is written."""
        return self.audiences.get(audience, audience)


def languages() -> tuple[str, ...]:
    """ISO 639-1 codes of the languages with a file, sorted."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.yaml")))


def update_words(language: str) -> UpdateWords:
    """The words of ``language``, English where there is no file for it.

    :raises prompts.errors.PromptError: the file is malformed.
    """
    base = language.replace("_", "-").split("-", 1)[0].lower()
    return _words(base if base in languages() else _FALLBACK)


@cache
def _words(code: str) -> UpdateWords:
    return load(_FOLDER / f"{code}.yaml", UpdateWords)
