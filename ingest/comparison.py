"""What changed between two versions of a document, sentence by sentence."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.documents import Chunk

Kind = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch of units that is the same in both versions, or not."""

    kind: Kind
    old: tuple[str, ...]
    new: tuple[str, ...]


def compare(old: Sequence[Chunk], new: Sequence[Chunk]) -> list[Difference]:
    """The differences between two versions, in reading order; headings count as units."""
    before, after = _lines(old), _lines(new)
    found: list[Difference] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        kind: Kind = "same"
        if tag != "equal":
            kind = "added" if a == b else "removed" if c == d else "changed"
        found.append(Difference(kind, tuple(before[a:b]), tuple(after[c:d])))
    return found


def _lines(chunks: Sequence[Chunk]) -> list[str]:
    lines: list[str] = []
    heading: tuple[str, ...] = ()
    for chunk in chunks:
        if chunk.heading != heading:
            heading = chunk.heading
            lines.append(" > ".join(heading))
        lines += [unit.text for unit in chunk.units]
    return lines
