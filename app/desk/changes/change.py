"""What changed between two versions of a document, piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "amount",
    "percentage",
    "deadline",
    "date",
    "time",
    "number",
    "permission",
    "scope",
    "terms",
    "added",
    "removed",
    "wording",
]
KINDS: tuple[Kind, ...] = get_args(Kind)  # what weighs most first
Span = tuple[int, int]  # half-open character offsets


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """A figure that is another now, in the words of either version; empty where one has none."""

    kind: Kind
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that is another now, that is new (``old`` is empty), or that is gone (``new`` is empty).

    ``kinds`` say what kind of change it is, what weighs most first; with ``wording`` alone nothing was found that
    changes the meaning. The marks are the spans of the words that differ. ``place_only`` is true where the words are
    the same and stand somewhere else, where they hold for somebody else.
    """

    kinds: tuple[Kind, ...]
    old: str
    new: str
    language: str
    old_marks: tuple[Span, ...] = ()
    new_marks: tuple[Span, ...] = ()
    values: tuple[ChangedValue, ...] = ()
    old_heading: tuple[str, ...] = ()
    new_heading: tuple[str, ...] = ()
    old_spans: tuple[Span, ...] = ()  # in the parsed text of the version before
    new_spans: tuple[Span, ...] = ()  # in that of the new version
    page: int | None = None
    place_only: bool = False

    @property
    def is_meaning(self) -> bool:
        """Whether more changed than the wording."""
        return self.kinds != ("wording",)


def ordered(kinds: set[Kind]) -> tuple[Kind, ...]:
    """Each kind once, what weighs most first; ``wording`` where there is none."""
    return tuple(kind for kind in KINDS if kind in kinds) or ("wording",)
