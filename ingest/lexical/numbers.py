"""Numbers as they are compared: 1.234,56 and 1,234.56 and 1 234,56 are one number."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LITERAL = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?(?![\d.,])|\d+(?:[.,']\d+)*")
_SEPARATOR = re.compile(r"[ .,']")
_SHORT = 2  # digits; a leading zero in front of so few is only for looks: 03 in a date


def numbers(composed: str) -> Iterator[tuple[int, str]]:
    """Start and canonical form of the numbers in a composed text; a date gives each of its numbers."""
    for match in _LITERAL.finditer(composed):
        whole = canonical_number(match[0])
        if whole is not None:
            yield match.start(), whole
            continue
        for part in re.finditer(r"\d+", match[0]):
            yield match.start() + part.start(), _plain(part[0])


def canonical_number(literal: str) -> str | None:
    """``1234.56`` for any usual way to write it; None for what is no number, such as a date.

    A single separator before three digits groups thousands, since prices and periods have no three decimals.
    """
    groups = _SEPARATOR.split(literal)
    marks = _SEPARATOR.findall(literal)
    if not marks:
        return _plain(literal)
    last, others = marks[-1], marks[:-1]
    if len(set(marks)) == 1:
        if _are_thousands(groups):
            return _plain("".join(groups))
        return _decimal(groups[0], groups[1]) if len(marks) == 1 and last in ".," else None
    if last not in others and last in ".," and len(set(others)) == 1 and _are_thousands(groups[:-1]):
        return _decimal("".join(groups[:-1]), groups[-1])
    return None


def _are_thousands(groups: list[str]) -> bool:
    """Also 1,00,000 as it is written in India."""
    return (
        0 < len(groups[0]) <= 3
        and groups[0] != "0"
        and len(groups[-1]) == 3
        and all(len(group) in (2, 3) for group in groups[1:])
    )


def _decimal(whole: str, decimals: str) -> str:
    kept = decimals.rstrip("0")
    return f"{_plain(whole)}.{kept}" if kept else _plain(whole)


def _plain(digits: str) -> str:
    return (digits.lstrip("0") or "0") if len(digits) <= _SHORT else digits
