"""Recognisers of what has a form: mailboxes, IBANs, cards, addresses of machines, national identifiers, birth dates."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import regex
from pydantic import RootModel

from guardrails.personal.checks import check_named
from guardrails.personal.context import stands_before, stands_near
from guardrails.personal.spans import NUMBER, PersonalSpan
from guardrails.sections import Fraction, Section
from guardrails.yamlfile import load_yaml

_PATH = Path(__file__).with_name("numbers.yaml")
_WITH_CONTEXT = 0.95
_LEAST_IBAN = 15  # characters, Norway's


class NumberForm(Section):
    """One form; ``numbers.yaml`` says what the fields mean."""

    name: str
    type: str
    pattern: str
    check: str | None = None
    context: str | None = None
    also: str | None = None
    unless: str | None = None
    score: Fraction = _WITH_CONTEXT
    trim: bool = False


class _Forms(RootModel[tuple[NumberForm, ...]]):
    """The whole file."""


class NumberRecognizer:
    """Finds one form in a text with plain digits (:func:`guardrails.personal.plain.plain`)."""

    def __init__(self, form: NumberForm) -> None:
        self._form = form
        # Chinese and Japanese write numbers right behind words, so only Latin letters and digits count as beside.
        self._pattern = regex.compile(rf"(?<![a-z\d])(?:{form.pattern})(?![a-z\d])", regex.IGNORECASE)

    def find(self, text: str) -> list[PersonalSpan]:
        """Where the form stands and its check holds."""
        form, found = self._form, []
        for match in self._pattern.finditer(text):
            start, end = match.start(), self._valid_end(match)
            if end is None or (form.unless and stands_before(text, start, form.unless)):
                continue
            score = form.score
            if (kind := form.context or form.also) is not None:
                if stands_near(text, start, end, kind):
                    score = _WITH_CONTEXT
                elif form.context:
                    continue
            found.append(PersonalSpan(start, end, form.type, score))
        return found

    def _valid_end(self, match: regex.Match[str]) -> int | None:
        if self._form.check is None:
            return int(match.end())
        holds = check_named(self._form.check)
        if holds(match[0]):
            return int(match.end())
        if self._form.trim:
            for end in range(match.end() - 1, match.start() + _LEAST_IBAN - 1, -1):
                if match.string[end - 1].isalnum() and holds(match.string[match.start() : end]):
                    return end
        return None


@lru_cache(maxsize=1)
def number_recognizers() -> tuple[NumberRecognizer, ...]:
    """One for each form in ``numbers.yaml``."""
    return tuple(NumberRecognizer(form) for form in load_yaml(_PATH, _Forms).root)


@lru_cache(maxsize=8)
def own_number_recognizers(patterns: tuple[str, ...]) -> tuple[NumberRecognizer, ...]:
    """One for each of the company's own patterns."""
    return tuple(NumberRecognizer(NumberForm(name=pattern, type=NUMBER, pattern=pattern)) for pattern in patterns)
