"""Long lists of ids, a statement's worth at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
MOST_IDS = 500  # bound parameters in one statement


def pages(items: Sequence[T], size: int = MOST_IDS) -> Iterator[Sequence[T]]:
    """``items`` in runs of at most ``size``."""
    for at in range(0, len(items), size):
        yield items[at : at + size]
