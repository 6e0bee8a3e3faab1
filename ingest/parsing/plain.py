"""Plain text: paragraphs between blank lines, items by their marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.parsing.blocks import Block, Extract, Heading, ListItem, Paragraph
from ingest.parsing.cleaning import clean, without_private_use
from ingest.parsing.hidden import character_findings
from ingest.parsing.reading import decode
from ingest.parsing.tables import make_table

_ITEM = re.compile(r"(\s*)([-*•‣▪◦·●○■□–—]|\d{1,3}[.)]|[a-z]\))\s+(?=\S)")
_RULE = re.compile(r"[-: ]*")
_LONGEST_HEADING = 60  # characters
_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def extract_plain(path: Path, data: bytes) -> Extract:
    """The blocks of a text file."""
    text, findings = decode(path, data)
    findings += character_findings(path.name, text)
    return Extract(list(plain_blocks(text)), findings=findings)


def plain_blocks(text: str, page: int | None = None) -> Iterator[Block]:
    """Paragraphs and list items; a wrapped line continues its paragraph or item."""
    parts = [part for part in _BLANK.split(clean(without_private_use(text))) if part.strip()]
    for index, part in enumerate(parts):
        if 0 < index < len(parts) - 1 and _is_heading(part, parts[index + 1]):
            yield Heading(2, part.strip(), page)
        else:
            yield from _part_blocks(part, page)


def _part_blocks(part: str, page: int | None) -> Iterator[Block]:
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in part.strip().split("\n")]
    if len(rows) > 1 and len(rows[0]) > 1 and len({len(row) for row in rows}) == 1:
        table = make_table([row for row in rows if not all(map(_RULE.fullmatch, row))], 0, page=page)
        if table is not None:
            yield table
        return
    lines: list[str] = []
    item: re.Match[str] | None = None
    for line in part.split("\n"):
        if match := _ITEM.match(line):
            yield from _block(lines, item, page)
            lines, item = [line[match.end() :]], match
        else:
            lines.append(line)
    yield from _block(lines, item, page)


def _is_heading(part: str, follower: str) -> bool:
    """A short line alone, without a mark at its end, above something longer or a list."""
    line = part.strip()
    if "\n" in line or len(line) > _LONGEST_HEADING or not line[-1].isalnum() or line[0].islower() or _ITEM.match(line):
        return False
    return len(follower.strip()) > _LONGEST_HEADING or bool(_ITEM.match(follower))


def _block(lines: list[str], item: re.Match[str] | None, page: int | None) -> Iterator[Block]:
    text = "\n".join(line.strip() for line in lines if line.strip())
    if not text:
        return
    if item is None:
        yield Paragraph(text, page)
        return
    marker = item[2] if item[2][0].isalnum() else "-"
    yield ListItem(text, len(item[1].expandtabs(4)) // 2 if item[1] else 0, marker, page)
