"""Words of a text, and overlapping character groups where a writing puts no spaces between words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from operator import itemgetter
from typing import Any

from ingest.lexical.numbers import numbers

_PAIRED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\u30fc\u3005"
_CLUSTERED = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_GROUP = 3  # letters with their marks; 2 and 4 of them find less in Thai


@cache
def _run_pattern() -> Any:
    import regex  # only the `regex` package knows writings by name

    return regex.compile(
        rf"(?P<paired>[{_PAIRED}]+)|(?P<clustered>[{_CLUSTERED}]+)|[[\p{{L}}\p{{M}}]--[{_PAIRED}{_CLUSTERED}]]+",
        regex.VERSION1,
    )


@cache
def _cluster_pattern() -> Any:
    import regex

    return regex.compile(r"\X")


def segments(text: str) -> Iterator[tuple[str, bool]]:
    """Words, numbers and character groups of a composed, caseless text in order; with each, whether it inflects.

    Chinese, Japanese and Korean give characters and pairs of them, Thai and its neighbours groups of three letters.
    """
    runs = ((match.start(), match.lastgroup, match[0]) for match in _run_pattern().finditer(text))
    literals = ((start, "number", number) for start, number in numbers(text))
    for _start, kind, found in sorted((*runs, *literals), key=itemgetter(0)):
        if kind == "paired":
            yield from ((group, False) for group in _pairs(found))
        elif kind == "clustered":
            yield from ((group, False) for group in _groups(_cluster_pattern().findall(found)))
        else:
            yield found, kind is None


def _pairs(characters: str) -> Iterator[str]:
    """Single characters as well, for a question that is only one."""
    yield from characters
    yield from (characters[at : at + 2] for at in range(len(characters) - 1))


def _groups(clusters: list[str]) -> Iterator[str]:
    for at in range(max(1, len(clusters) - _GROUP + 1)):
        yield "".join(clusters[at : at + _GROUP])
