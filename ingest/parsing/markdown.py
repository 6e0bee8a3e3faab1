"""Markdown: CommonMark to HTML, then the way of every HTML text.

``partition_md`` renders with Python-Markdown, which wants four spaces for a
nested list and a blank line before every list; much real Markdown has neither,
and its items would run together in one paragraph.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.parsing.blocks import Extract
from ingest.parsing.cleaning import without_private_use
from ingest.parsing.front_matter import split_front_matter
from ingest.parsing.html.document import extract_html
from ingest.parsing.reading import decode

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_FENCE = re.compile(r" {0,3}(```|~~~)")
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_DEFINITION = re.compile(r" {0,3}\[\^([^\]\s]+)\]:[ \t]*(.*)")
_REFERENCE = re.compile(r"[ \t]?\[\^([^\]\s]+)\]")


def extract_markdown(path: Path, data: bytes) -> Extract:
    """The blocks of a Markdown file, its front matter as metadata."""
    text, findings = decode(path, data)
    text = without_private_use(text.replace("\r\n", "\n").replace("\r", "\n"))
    metadata, body = split_front_matter(text, path.name)
    extract = extract_html(_renderer().render(resolve_footnotes(body)), path.name)
    extract.metadata = {**extract.metadata, **metadata}
    extract.findings = findings + extract.findings
    return extract


@cache
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Beyond its limit it drops the text without a word; beyond Python's own there is an error to report.
    return MarkdownIt("commonmark", {"html": True, "maxNesting": 10_000}).enable(["table", "strikethrough"])


def resolve_footnotes(text: str) -> str:
    """Footnote marks removed; each definition a paragraph at the end of the section that refers to it."""
    if "[^" not in text:
        return text
    lines, notes = _definitions(text.split("\n"))
    if not notes:
        return text
    out: list[str] = []
    pending: list[str] = []
    fence = ""
    for line in lines:
        if mark := _FENCE.match(line):
            fence = "" if fence == mark[1] else fence or mark[1]
        if fence:
            out.append(line)
            continue
        if _HEADING.match(line):
            out += _paragraphs(notes, pending)
            pending = []
        pending += [key for key in _REFERENCE.findall(line) if key in notes and key not in pending]
        out.append(_REFERENCE.sub(lambda match: "" if match[1] in notes else match[0], line))
    out += _paragraphs(notes, pending)
    return "\n".join(out + _paragraphs(notes, list(notes)))


def _definitions(lines: list[str]) -> tuple[list[str], dict[str, str]]:
    kept: list[str] = []
    notes: dict[str, str] = {}
    current, fence = "", ""
    for line in lines:
        if mark := _FENCE.match(line):
            fence = "" if fence == mark[1] else fence or mark[1]
        if not fence and (match := _DEFINITION.match(line)):
            current = match[1]
            notes[current] = match[2]
        elif current and line.startswith(("  ", "\t")) and line.strip():
            notes[current] += " " + line.strip()
        else:
            current = current if current and not line.strip() else ""
            kept.append(line)
    return kept, notes


def _paragraphs(notes: dict[str, str], keys: list[str]) -> list[str]:
    return [part for key in keys if (note := notes.pop(key, "")) for part in ("", note, "")]
