"""What is too much is refused with its reason; what only looks like it is read."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from ingest.documents import Content, ParsedDocument
from ingest.errors import DocumentError
from ingest.parsing import parse
from ingest.parsing.bounds import LONGEST_UNIT
from ingest.parsing.processes.deadline import extend
from tests.ingest.hostile import zips


def units(document: ParsedDocument) -> list[str]:
    return [unit.text for section in document.sections for unit in section.units]


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["a.md", "a.pdf", "a.docx", "a.csv", "a.eml", "a.png"])
@pytest.mark.parametrize(("data", "code"), [(b"", "empty"), (b"\n \t", "empty"), (bytes(99), "empty")])
def test_bytes_from_any_source_are_checked(name: str, data: bytes, code: str) -> None:
    with pytest.raises(DocumentError, match=name) as caught:
        parse(Content(name, data))
    assert caught.value.code == code


def test_bytes_from_any_source_may_be_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.parsing.reading.MAX_BYTES", 1000)
    with pytest.raises(DocumentError, match="the limit is") as caught:
        parse(Content("a.md", b"x" * 1001))
    assert caught.value.code == "too-large"


def test_a_deep_list_is_read_to_its_last_item() -> None:
    text = "".join("  " * depth + f"- item {depth}\n" for depth in range(25))
    assert units(parse(Content("a.md", text.encode())))[-1].endswith("item 24")


def test_tables_a_long_way_apart_on_one_sheet_stay_two() -> None:
    book = openpyxl.Workbook()
    rows: list[list[object]] = [["Country", "Fee"], ["France", 12], ["Spain", 14]]
    for row, cells in enumerate(rows, start=1):
        for column, value in enumerate(cells, start=1):
            book.active.cell(row, column).value = value
            book.active.cell(900_000 + row, 9000 + column).value = f"far {value}"
    found = units(parse(Content("a.xlsx", saved(book))))
    assert found == [
        "Country: France; Fee: 12",
        "Country: Spain; Fee: 14",
        "far Country: far France; far Fee: far 12",
        "far Country: far Spain; far Fee: far 14",
    ]


def test_a_blank_first_line_of_a_table_is_no_error() -> None:
    assert units(parse(Content("a.csv", b"\nCountry,Fee\nFrance,12\n"))) == ["Country: France; Fee: 12"]


def test_a_line_that_is_too_long_is_cut_into_words_that_are_all_there() -> None:
    line = " ".join(f"word{n}" for n in range(5000))
    document = parse(Content("a.txt", line.encode()))
    assert [finding.code for finding in document.findings] == ["long-lines"]
    found = units(document)
    assert max(map(len, found)) <= LONGEST_UNIT
    assert " ".join(found).split() == line.split()
    for section in document.sections:
        assert all(document.text[unit.start : unit.end].split() == unit.text.split() for unit in section.units)


def test_a_few_bad_bytes_do_not_spoil_the_rest() -> None:
    text = "Die Rückgabe ist möglich, die Größe spielt keine Rolle. Überprüfen Sie die Maße. ".encode() * 4
    document = parse(Content("a.txt", text[:100] + b"\xe9" + text[100:]))
    assert "Überprüfen Sie die Maße." in document.text
    assert [finding.code for finding in document.findings] == ["encoding-damaged"]


def test_text_in_a_western_encoding_is_still_told_from_damaged_utf_8() -> None:
    document = parse(Content("a.txt", "Die Rückgabe ist möglich. Schöne Grüße.".encode("cp1252")))
    assert "Schöne Grüße." in document.text
    assert [finding.code for finding in document.findings] == ["encoding-guessed"]


def test_compression_alone_is_no_bomb() -> None:
    picture = zips.rebuilt(zips.word(), add={"word/media/image1.bmp": bytes(15_000_000)})
    assert zips.SENTENCE in units(parse(Content("a.docx", picture)))


def test_a_book_with_document_types_but_no_entities_is_read() -> None:
    book = zips.by_pandoc("epub")
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert any(b"<!DOCTYPE" in archive.read(name) for name in archive.namelist())
    assert zips.SENTENCE in units(parse(Content("a.epub", book)))


def test_more_time_can_be_asked_for_where_none_is_limited() -> None:
    extend(60, "reading")
