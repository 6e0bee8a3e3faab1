"""What the patterns see in a text, as it stands and under its disguises."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from guardrails.injection.lexicon import lexicon
from guardrails.injection.readings import Reading, readings

# What these hide is text like any other, which the classifier can read, too; letters replaced by guess are not.
_WORTH_READING = frozenset(
    {
        "base64",
        "base32",
        "hexadecimal",
        "binary",
        "url",
        "escapes",
        "tag characters",
        "variation selectors",
        "html",
        "markdown",
    }
)
_MOST_READ = 4


@dataclass(frozen=True, slots=True)
class Signs:
    """The rules that a text breaks, and those that only show when a disguise is taken off."""

    open: frozenset[str]
    disguised: frozenset[str]
    disguises: tuple[str, ...]  # those under which rules are broken
    inner: tuple[str, ...]  # decoded and uncovered texts

    @property
    def rules(self) -> frozenset[str]:
        return self.open | self.disguised


@lru_cache(maxsize=8192)  # the units of passages come again and again
def signs_of(text: str) -> Signs:
    """The signs of an attack in ``text``."""
    rules = lexicon()
    plain, *others = readings(text)
    openly = rules.broken_rules(plain)
    by_reading = [(reading, rules.broken_rules(reading) - openly) for reading in others]
    found = [(reading, broken) for reading, broken in by_reading if broken]
    return Signs(
        openly,
        frozenset().union(*(broken for _, broken in found)),
        tuple(dict.fromkeys(reading.disguise for reading, _ in found)),
        tuple(reading.text for reading in others if _readable(reading, plain))[:_MOST_READ],
    )


def _readable(reading: Reading, plain: Reading) -> bool:
    return reading.disguise in _WORTH_READING and reading.text.strip() not in ("", plain.text.strip())
