"""The fixed phrases, one YAML file a language in ``prompts/phrases/``, and the door to the prompts.

A new language is a new file with the same keys; nothing else has to be changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from prompts.answering import NO_ANSWER, PassageLike, answer_prompt, new_fence, render_passages
from prompts.errors import PromptError
from prompts.escalating import EscalationPhrases
from prompts.files import load
from prompts.slots import fill, slots

__all__ = [
    "FALLBACK_LANGUAGE",
    "NO_ANSWER",
    "SLOTS",
    "PassageLike",
    "Phrases",
    "answer_prompt",
    "cause_name",
    "direction",
    "escalation_summary",
    "first_step",
    "language_name",
    "languages",
    "new_fence",
    "phrase",
    "render_passages",
]

FALLBACK_LANGUAGE = "en"
SLOTS: dict[str, frozenset[str]] = {
    "no_model": frozenset(),
    "model_went_away": frozenset(),
    "abstain": frozenset({"question"}),
    "abstain_unsupported": frozenset(),
    "refused": frozenset(),
    "not_checked": frozenset(),
    "handed_over": frozenset(),
    "repaired": frozenset(),
    "quote_lead": frozenset(),
    "model_error": frozenset({"reason"}),
    "source_language_note": frozenset({"language"}),
    "which_country": frozenset(),
    "no_documents": frozenset({"command"}),
}

_PHRASES = Path(__file__).parent / "phrases"
_INGEST_COMMAND = "polydesk ingest PATH"


class Phrases(BaseModel):
    """One language's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    direction: Literal["ltr", "rtl"]
    no_model: str = Field(min_length=1)
    model_went_away: str = Field(min_length=1)
    abstain: str = Field(min_length=1)
    abstain_unsupported: str = Field(min_length=1)
    refused: str = Field(min_length=1)
    not_checked: str = Field(min_length=1)
    handed_over: str = Field(min_length=1)
    repaired: str = Field(min_length=1)
    quote_lead: str = Field(min_length=1)
    model_error: str = Field(min_length=1)
    source_language_note: str = Field(min_length=1)
    which_country: str = Field(min_length=1)
    no_documents: str = Field(min_length=1)
    escalation: EscalationPhrases | None = None
    language_name: dict[str, str]

    @model_validator(mode="after")
    def _slots_are_those_of_the_key(self) -> Self:
        for key, expected in SLOTS.items():
            if slots(getattr(self, key)) != expected:
                wanted = ", ".join(f"{{{name}}}" for name in sorted(expected)) or "no slots"
                raise ValueError(f"{key} must contain {wanted}")
        return self


def phrase(key: str, language: str, /, **values: str) -> str:
    """The phrase ``key`` in ``language``, or in English where there is no file for it.

    :param values: what goes into the phrase's slots, inserted as it stands. ``no_documents``
        may leave out ``command``.
    :raises PromptError: there is no such key, or a slot has no value.
    """
    code = _known(language)
    file = _PHRASES / f"{code}.yaml"
    if key not in SLOTS:
        raise PromptError(file, key, f"no such phrase; there are {', '.join(SLOTS)}")
    if key == "no_documents":
        values.setdefault("command", _INGEST_COMMAND)
    missing = SLOTS[key] - values.keys()
    if missing:
        raise PromptError(file, key, f"no value was given for {', '.join(sorted(missing))}")
    return fill(getattr(_phrases(code), key), values)


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """ISO 639-1 codes of the languages with a file, sorted."""
    return tuple(sorted(file.stem for file in _PHRASES.glob("*.yaml")))


def direction(language: str) -> Literal["ltr", "rtl"]:
    """The direction ``language`` is written in; left to right where there is no file for it."""
    return _phrases(_known(language)).direction


def language_name(code: str, in_language: str) -> str:
    """What ``in_language`` calls the language ``code``; the code itself where it has no name for it."""
    return _phrases(_known(in_language)).language_name.get(_base(code), code)


def answer_language(code: str) -> dict[str, str]:
    """How templates name the language to answer in: in English, and as its speakers do."""
    return {"language_english": language_name(code, "en"), "language_own": language_name(code, code)}


def cause_name(cause: str, language: str) -> str:
    """Why a case goes to a person, in ``language``; a cause of the company's own as it is written, readably.

    A cause such as ``unevaluated:legal`` is called by its first part.
    """
    kind = cause.partition(":")[0]
    return _escalation(language).causes.get(kind) or cause.replace("-", " ").replace("_", " ")


def first_step(step: str, language: str) -> str:
    """What to do first with a case, in ``language``; words that are no key of the files stand as they are."""
    return _escalation(language).first_steps.get(step, step)


def escalation_summary(language: str, values: Mapping[str, str]) -> str:
    """One paragraph on a case, in ``language``.

    :param values: one for each of ``prompts.escalating.SUMMARY_SLOTS``; ``none`` stands for an empty one.
    """
    words = _escalation(language)
    return fill(words.summary, {name: value or words.none for name, value in values.items()})


def _escalation(language: str) -> EscalationPhrases:
    words = _phrases(_known(language)).escalation or _phrases(FALLBACK_LANGUAGE).escalation
    if words is None:
        raise PromptError(_PHRASES / f"{FALLBACK_LANGUAGE}.yaml", "escalation", "is missing")
    return words


def _base(language: str) -> str:
    """``pt`` for ``pt-BR``, ``zh`` for ``zh_Hant_TW``, ``no`` for either Norwegian."""
    base = language.replace("_", "-").split("-", 1)[0].lower()
    return "no" if base in ("nb", "nn") else base


def _known(language: str) -> str:
    base = _base(language)
    return base if base in languages() else FALLBACK_LANGUAGE


@cache
def _phrases(code: str) -> Phrases:
    return load(_PHRASES / f"{code}.yaml", Phrases)
