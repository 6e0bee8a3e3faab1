"""Word, Excel and delimited files say what their readers see."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.documents import ParsedDocument, Section
from ingest.errors import DocumentError
from ingest.parsing import parse_file


def units(document: ParsedDocument) -> list[str]:
    return [unit.text for section in document.sections for unit in section.units]


def table(document: ParsedDocument) -> Section:
    return next(section for section in document.sections if section.kind == "table")


def test_word_headings_lists_and_tables(tmp_path: Path) -> None:
    source = docx.Document()
    source.add_heading("退货规则", 0)
    source.add_heading("期限", 1)
    source.add_paragraph("签收后七日内。可以申请")
    source.add_paragraph("短句")
    source.add_paragraph("原包装", style="List Bullet")
    grid = source.add_table(3, 3)
    for row, cells in enumerate([("城市", "费用", ""), ("", "普通", "加急"), ("北京", "5元", "9元")]):
        for column, text in enumerate(cells):
            grid.cell(row, column).text = text
    grid.cell(0, 1).merge(grid.cell(0, 2))
    grid.cell(0, 0).merge(grid.cell(1, 0))
    source.save(tmp_path / "a.docx")
    document = parse_file(tmp_path / "a.docx")
    assert document.title == "退货规则"
    assert {section.heading for section in document.sections} == {("期限",)}
    assert units(document)[:4] == ["签收后七日内。", "可以申请", "短句", "原包装"]
    assert [unit.text for unit in table(document).units] == ["城市: 北京; 费用 / 普通: 5元; 费用 / 加急: 9元"]


def test_word_keeps_insertions_and_controls_and_reports_hidden_and_struck_text(tmp_path: Path) -> None:
    source = docx.Document()
    paragraph = source.add_paragraph("Kept. ")
    paragraph.add_run("Hidden words.").font.hidden = True
    paragraph.add_run("Struck words.").font.strike = True
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>Inserted.</w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>Deleted.</w:delText></w:r></w:del>"))
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Controlled.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    source.element.body.insert(1, parse_xml(control))
    source.save(tmp_path / "a.docx")
    document = parse_file(tmp_path / "a.docx")
    assert units(document) == ["Kept.", "Inserted.", "Controlled."]
    assert [finding.code for finding in document.findings] == ["hidden-text", "struck-out-text"]


def test_bold_lines_are_the_headings_of_a_document_without_any(tmp_path: Path) -> None:
    source = docx.Document()
    for heading in ("Fees", "Returns"):
        source.add_paragraph().add_run(heading).bold = True
        source.add_paragraph(f"About {heading}.")
    source.save(tmp_path / "a.docx")
    document = parse_file(tmp_path / "a.docx")
    assert document.title == "Fees"
    assert [(section.heading, section.units[0].text) for section in document.sections] == [
        ((), "About Fees."),
        (("Returns",), "About Returns."),
    ]


def test_raised_digits_stay_apart_from_the_words_they_mark(tmp_path: Path) -> None:
    source = docx.Document()
    paragraph = source.add_paragraph("It costs 2 euros.")
    paragraph.add_run("1").font.superscript = True
    paragraph.add_run(" The next sentence.")
    source.save(tmp_path / "a.docx")
    assert units(parse_file(tmp_path / "a.docx")) == ["It costs 2 euros.¹", "The next sentence."]


def test_a_sheet_is_read_as_it_is_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Gebühren"
    rows = [
        ["Zoll Schweiz"],
        [],
        ["Ware", "Satz", "Preis", "Ab"],
        ["007", 0.081, 12.5, date(2026, 1, 31)],
        ["N/A", 0.05, 30, None],
    ]
    for row in rows:
        sheet.append(row)
    for row in (4, 5):
        sheet[f"B{row}"].number_format = "0.0%"
        sheet[f"C{row}"].number_format = '"CHF" 0.00'
    other = book.create_sheet("Intern")
    other.append(["secret", "x"])
    other.append(["y", "z"])
    other.sheet_state = "hidden"
    book.save(tmp_path / "zoll.xlsx")
    document = parse_file(tmp_path / "zoll.xlsx")
    assert document.title == "Zoll Schweiz"
    assert units(document) == [
        "Ware: 007; Satz: 8.1 %; Preis: CHF 12.50; Ab: 2026-01-31",
        "Ware: N/A; Satz: 5.0 %; Preis: CHF 30.00",
    ]
    assert "secret" not in document.text
    assert [finding.code for finding in document.findings] == ["hidden-text"]


def test_every_sheet_is_a_heading(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Standard"
    for sheet in (book.active, book.create_sheet("Express")):
        for row in (["Land", "Preis"], ["Chile", sheet.title]):
            sheet.append(row)
    book.save(tmp_path / "preise.xlsx")
    sections = parse_file(tmp_path / "preise.xlsx").sections
    assert [(s.heading, s.units[0].text) for s in sections][1] == (("Express",), "Land: Chile; Preis: Express")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimited_text_in_any_encoding(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [["Größe", "Preis"], ['"S; M, L"', '"1.234,50"'], ["XL", "NA"]]
    (tmp_path / "a.csv").write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    assert units(parse_file(tmp_path / "a.csv")) == ["Größe: S; M, L; Preis: 1.234,50", "Größe: XL; Preis: NA"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.docx", b"not a zip", "wrong-format"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.xlsx", b"PK\x03\x04broken", "unreadable"),
        ("a.pdf", b"<html>", "wrong-format"),
        ("a.pdf", b"%PDF-1.7 and nothing else", "unreadable"),
        ("a.md", b" \n\n", "empty"),
        ("a.txt", b"\x89PNG\x00\x01\x02\x03\x00", "wrong-format"),
        ("a.eml", b"just some text", "wrong-format"),
        ("a.xyz", b"text", "unsupported"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_reason(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        parse_file(tmp_path / name)
    assert (caught.value.code, str(caught.value).startswith(f"{name}: ")) == (code, True)


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"gone\.md") as caught:
        parse_file(tmp_path / "gone.md")
    assert caught.value.code == "unreadable"
