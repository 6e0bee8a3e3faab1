"""The lines of a version that are held against those of another: sentences, list items, table rows and headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from app.desk.changes.normal import Normal, normal
from ingest.documents import Chunk

LineKind = Literal["sentence", "row", "heading"]


@dataclass(frozen=True)
class Line:
    """One line; a row repeats the headers of its columns, as it is quoted."""

    text: str
    language: str
    kind: LineKind
    heading: tuple[str, ...] = ()
    page: int | None = None
    start: int = 0
    end: int = 0

    @cached_property
    def normal(self) -> Normal:
        """What it says, however it is set."""
        return normal(self.text, self.language)

    @property
    def row_key(self) -> str:
        """The first cell of a row, which tells it from the others; nothing for other lines."""
        return self.text.partition(";")[0].strip().casefold() if self.kind == "row" else ""


def lines_of(chunks: Sequence[Chunk]) -> list[Line]:
    """The lines in reading order; each heading stands where what is below it begins."""
    lines: list[Line] = []
    path: tuple[str, ...] = ()
    seen: set[tuple[int, int]] = set()
    for chunk in chunks:
        if chunk.heading != path:
            common = next((at for at, (a, b) in enumerate(zip(path, chunk.heading, strict=False)) if a != b), None)
            kept = min(len(path), len(chunk.heading)) if common is None else common
            lines += [
                Line(text, chunk.language, "heading", chunk.heading[:depth], chunk.page)
                for depth, text in enumerate(chunk.heading[kept:], kept)
            ]
            path = chunk.heading
        for unit in chunk.units:
            if (unit.start, unit.end) not in seen:
                seen.add((unit.start, unit.end))
                kind: LineKind = "row" if chunk.header else "sentence"
                lines.append(Line(unit.text, chunk.language, kind, chunk.heading, chunk.page, unit.start, unit.end))
    return lines
