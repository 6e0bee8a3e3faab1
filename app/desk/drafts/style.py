"""How the company writes to customers: its name, greeting and closing in every language, from a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.errors import AppUserError
from guardrails.errors import PolicyError
from guardrails.folding import primary_language
from guardrails.policy_file import WatchedFile
from guardrails.quantities import find_quantities
from guardrails.yamlfile import load_yaml
from prompts.drafting import Manner
from prompts.slots import fill, slots

STYLE_PATH = Path(__file__).with_name("style.yaml")
_FALLBACK = "en"
_NAME_CHARACTERS = 80


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Frame(_Section):
    """What stands around a reply in one manner of one language."""

    named: str = Field(min_length=1)
    unnamed: str = Field(min_length=1)
    closing: str = Field(min_length=1)

    @model_validator(mode="after")
    def _only_the_named_greeting_has_the_name(self) -> Self:
        if slots(self.named) != {"name"}:
            raise ValueError("named must contain {name}")
        if slots(self.unnamed) or slots(self.closing):
            raise ValueError("unnamed and closing must contain no slots")
        return self


class Wording(_Section):
    """One language."""

    team: str = ""
    formal: Frame
    informal: Frame
    come_back: str = Field(min_length=1)  # for what remained unanswered

    @model_validator(mode="after")
    def _nothing_is_promised_for_a_time(self) -> Self:
        if slots(self.come_back) or find_quantities(self.come_back, "und"):
            raise ValueError("come_back must contain no slots and no number or time, which nobody could keep")
        return self


class Style(_Section):
    """The whole file."""

    company: str = ""
    signature: str = ""
    formality: Manner = "formal"
    languages: dict[str, Wording]

    @model_validator(mode="after")
    def _has_a_language_for_the_others(self) -> Self:
        if _FALLBACK not in self.languages:
            raise ValueError(f"languages must have {_FALLBACK}, which stands in for the others")
        if slots(self.signature) - {"team", "company"}:
            raise ValueError("signature may contain {team} and {company}, no other slots")
        return self

    @property
    def called(self) -> str:
        """The company as a model reads of it, which may have no name here."""
        return self.company or "the company"

    def greeting(self, language: str, manner: Manner, name: str = "") -> str:
        """The first line; without a name, that for a customer who is not known by one."""
        frame = self._frame(language, manner)
        line = " ".join(name.split())[:_NAME_CHARACTERS]
        return fill(frame.named, {"name": line}) if line else frame.unnamed

    def closing(self, language: str, manner: Manner) -> str:
        """The closing line with the signature below it."""
        values = {"team": self._wording(language).team, "company": self.company}
        signed = (line.strip() for line in fill(self.signature, values).splitlines())
        return "\n".join([self._frame(language, manner).closing, *filter(None, signed)])

    def come_back(self, language: str) -> str:
        """That somebody will see to what remained unanswered."""
        return self._wording(language).come_back

    def speaks(self, language: str) -> bool:
        """Whether the file has this language."""
        return primary_language(language) in self.languages

    def _frame(self, language: str, manner: Manner) -> Frame:
        wording = self._wording(language)
        return wording.formal if manner == "formal" else wording.informal

    def _wording(self, language: str) -> Wording:
        return self.languages.get(primary_language(language), self.languages[_FALLBACK])


def load_style(path: Path = STYLE_PATH) -> Style:
    """The style in ``path``.

    :raises PolicyError: with the file and the line, when it does not fit.
    """
    return load_yaml(path, Style)


def open_style(path: Path | None) -> WatchedFile[Style]:
    """The style in ``path``, that which is shipped when None; read again when the file changes.

    :raises AppUserError: the file cannot be used.
    """
    try:
        return WatchedFile(path or STYLE_PATH, load_style, "style")
    except PolicyError as error:
        raise AppUserError(str(error)) from None
