"""Every document of the sample company is parsed whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.documents import ParsedDocument
from ingest.parsing import SUPPORTED, parse_file

SAMPLE = Path(__file__).parents[2] / "ingest" / "sample" / "documents"
FILES = sorted(path for path in SAMPLE.rglob("*") if path.suffix.lower() in SUPPORTED)


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.name)
def document(request: pytest.FixtureRequest) -> ParsedDocument:
    return parse_file(request.param)


def test_the_text_holds_no_invisible_or_private_characters(document: ParsedDocument) -> None:
    assert not re.search("[\u200b\u202a-\u202e\u2060\ue000-\uf8ff\ufeff\ufb00-\ufb06\ufe70-\ufefc]", document.text)


def test_units_cover_all_text_but_headings_and_table_headers(document: ParsedDocument) -> None:
    covered = bytearray(len(document.text))
    for section in document.sections:
        for unit in section.units:
            covered[unit.start : unit.end] = b"\x01" * (unit.end - unit.start)
    headings = {heading for section in document.sections for heading in section.heading} | {document.title}
    headers = {section.header for section in document.sections}
    for line in re.finditer(r"[^\n]+", document.text):
        whole = all(covered[at] for at in range(line.start(), line.end()) if not document.text[at].isspace())
        item = re.match(r" *(?:-|\(?\w{1,3}[.)]) ", line[0])
        opens_document = line.start() == 0
        assert whole or item or line[0] in headings | headers or opens_document, line[0]


def test_sections_are_in_order_and_do_not_overlap(document: ParsedDocument) -> None:
    ends = [0, *(section.end for section in document.sections)]
    assert all(end <= section.start for end, section in zip(ends, document.sections, strict=False))
    assert document.title
