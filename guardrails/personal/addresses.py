"""Postal addresses: a street with its number, and the flat, postcode and town that follow it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import regex

from guardrails.personal.spans import ADDRESS, PersonalSpan
from guardrails.sections import Section
from guardrails.yamlfile import load_yaml

_PATH = Path(__file__).with_name("addresses.yaml")
_SCORE = 0.88  # surer than a telephone number, whose digits may be a house's
_WORD = r"(?-i:[\p{Lu}\p{Lt}])[\p{L}\p{M}'’.-]*"


class _Addresses(Section):
    """What ``addresses.yaml`` says."""

    streets: tuple[str, ...]
    rest: tuple[str, ...]


class AddressRecognizer:
    """Finds addresses in a text with plain digits, in all languages."""

    def find(self, text: str) -> list[PersonalSpan]:
        """Where an address stands."""
        if not any(character.isdigit() for character in text):
            return []
        streets, rest = _patterns()
        found = []
        for pattern in streets:
            for match in pattern.finditer(text):
                found.append(PersonalSpan(match.start(), _end(text, match.end(), rest), ADDRESS, _SCORE))
        return found


def _end(text: str, end: int, rest: Sequence[regex.Pattern[str]]) -> int:
    """Where the address ends whose street ends at ``end``."""
    for _ in rest:
        more = next((match for pattern in rest if (match := pattern.match(text, end))), None)
        if more is None:
            break
        end = more.end()
    return end


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[regex.Pattern[str], ...], tuple[regex.Pattern[str], ...]]:
    forms = load_yaml(_PATH, _Addresses)
    return tuple(map(_compiled, forms.streets)), tuple(map(_compiled, forms.rest))


def _compiled(form: str) -> regex.Pattern[str]:
    return regex.compile(form.replace("{word}", _WORD), regex.IGNORECASE)
