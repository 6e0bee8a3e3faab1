"""What a parsed document may be at most, so that nothing after the parser is exhausted by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ingest.documents import Finding, ParsedDocument, Unit
from ingest.errors import DocumentError
from ingest.parsing.cleaning import one_line
from ingest.parsing.reading import check_length

LONGEST_UNIT = 4000  # characters; no sentence is as long, and no embedding model reads as much at once
MOST_UNITS = 500_000
_LONGEST_TITLE = 500


def bounded(document: ParsedDocument, name: str) -> ParsedDocument:
    """The document with units too long to be sentences cut, and reported as ``long-lines``.

    :raises DocumentError: ``too-large`` for a text that is too long as a whole.
    """
    check_length(name, document.text)
    units = sum(len(section.units) for section in document.sections)
    if units > MOST_UNITS:
        what = f"{units:,} sentences and rows, the limit is {MOST_UNITS:,}; split it"
        raise DocumentError("too-large", f"{name}: {what}")
    if len(document.title) > _LONGEST_TITLE:
        document = replace(document, title=document.title[:_LONGEST_TITLE].rstrip() + "…")
    long = sum(len(unit.text) > LONGEST_UNIT for section in document.sections for unit in section.units)
    if not long:
        return document
    sections = tuple(
        replace(section, units=tuple(part for unit in section.units for part in _parts(unit, document.text)))
        for section in document.sections
    )
    message = f"{long} lines or cells of more than {LONGEST_UNIT} characters were cut; check whether they are text"
    findings = (*document.findings, Finding(name, "long-lines", message))
    return replace(document, sections=sections, findings=findings)


def _parts(unit: Unit, text: str) -> Iterator[Unit]:
    """The unit, or pieces of it that end at a space where there is one."""
    if len(unit.text) <= LONGEST_UNIT:
        yield unit
        return
    if one_line(text[unit.start : unit.end]) != unit.text:  # a table row, whose text is not its span's
        yield replace(unit, text=unit.text[:LONGEST_UNIT].rstrip() + "…")
        return
    start = unit.start
    while start < unit.end:
        end = min(start + LONGEST_UNIT, unit.end)
        if end < unit.end and (space := text.rfind(" ", start + LONGEST_UNIT // 2, end)) > 0:
            end = space + 1
        if words := one_line(text[start:end]):
            yield Unit(start, end, words)
        start = end
