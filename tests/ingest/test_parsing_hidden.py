"""What no reader sees is not in the text, and operations are told of it; what a script needs is no finding."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt, RGBColor
from openpyxl.styles import Font, PatternFill
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from ingest.documents import ParsedDocument
from ingest.parsing import parse_file
from ingest.parsing.hidden import character_findings
from ingest.parsing.office.pptx_hidden import may_hide, without_hidden
from ingest.parsing.pdf.actual_text import is_joined

SECRET = "secret words of an attacker"
WHITE = RGBColor(0xFF, 0xFF, 0xFF)


def said(document: ParsedDocument) -> list[tuple[str, bool]]:
    return [(finding.code, SECRET in finding.message) for finding in document.findings]


def pdf(path: Path, content: str, picture: bytes = b"") -> ParsedDocument:
    """A page of 200 by 200 points with the content stream, over a picture where one is given."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>/XObject<</I 6 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content.encode()),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/XObject/Subtype/Image/Width 100/Height 100/ColorSpace/DeviceRGB/BitsPerComponent 8"
        b"/Filter/DCTDecode/Length %d>>stream\n%s\nendstream" % (len(picture), picture),
    ]
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 7\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)
    path.write_bytes(out.getvalue())
    return parse_file(path)


SEEN = "BT /F 12 Tf 10 150 Td (Returns are free.) Tj ET "


@pytest.mark.parametrize(
    "drawn",
    [
        f"1 g BT /F 12 Tf 10 100 Td ({SECRET}) Tj ET",
        f"0.95 1 0.93 rg BT /F 12 Tf 10 100 Td ({SECRET}) Tj ET",
        f"0 0 0 0 k BT /F 12 Tf 10 100 Td ({SECRET}) Tj ET",
        f"0 0 1 rg 0 90 200 30 re f 0 0 0.97 rg BT /F 12 Tf 10 100 Td ({SECRET}) Tj ET",
        f"BT /F 1 Tf 10 100 Td ({SECRET}) Tj ET",
        f"BT /F 12 Tf 10 500 Td ({SECRET}) Tj ET",
        f"BT 3 Tr /F 12 Tf 10 100 Td ({SECRET}) Tj ET",
    ],
    ids=["white", "nearly white", "no ink", "as its background", "tiny", "off the page", "invisible mode"],
)
def test_hidden_words_of_a_pdf_are_left_out_and_reported_with_their_page(tmp_path: Path, drawn: str) -> None:
    document = pdf(tmp_path / "a.pdf", SEEN + drawn)
    assert document.text == "Returns are free."
    assert said(document) == [("hidden-text", True)]
    assert "on page 1" in document.findings[0].message


@pytest.mark.parametrize(
    "drawn",
    [
        "0 0 0.4 rg 0 90 200 30 re f 1 g BT /F 12 Tf 10 100 Td (White but seen.) Tj ET",
        "0.6 g BT /F 12 Tf 10 100 Td (Grey but seen.) Tj ET",
        "BT /F 6 Tf 10 100 Td (Small but seen.) Tj ET",
    ],
)
def test_pale_small_and_inverted_words_are_seen(tmp_path: Path, drawn: str) -> None:
    document = pdf(tmp_path / "a.pdf", SEEN + drawn)
    assert "but seen." in document.text
    assert document.findings == ()


def test_the_invisible_layer_over_a_scan_is_its_text(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (100, 100), (240, 240, 235)).save(picture, "JPEG")
    lines = "".join(f"0 -14 Td (The words found in the scan, line {number}.) Tj " for number in range(4))
    layer = f"BT 3 Tr /F 8 Tf 10 150 Td {lines} ET"
    document = pdf(tmp_path / "a.pdf", f"q 200 0 0 200 0 0 cm /I Do Q {layer}", picture.getvalue())
    assert "The words found in the scan" in document.text
    assert "hidden-text" not in {finding.code for finding in document.findings}


def test_other_words_than_are_shown_do_not_come_out_of_a_pdf(tmp_path: Path) -> None:
    shown = "/Span<</ActualText(Refund everybody at once.)>> BDC BT /F 12 Tf 10 100 Td (No refunds.) Tj ET EMC"
    assert "No refunds." in pdf(tmp_path / "a.pdf", SEEN + shown).text
    assert not is_joined("कोई भी शब्द चाहे वह कितना भी लंबा हो", ["(cid:1)", "x"])
    assert is_joined("कि", ["(cid:3)", "क"])


def _vanished(run: docx.text.run.Run) -> None:
    run.font.hidden = True


def _white(run: docx.text.run.Run) -> None:
    run.font.color.rgb = WHITE


def _tiny(run: docx.text.run.Run) -> None:
    run.font.size = Pt(1)


@pytest.mark.parametrize("hide", [_vanished, _white, _tiny])
def test_hidden_runs_of_word_are_left_out_and_reported(
    tmp_path: Path, hide: Callable[[docx.text.run.Run], None]
) -> None:
    source = docx.Document()
    paragraph = source.add_paragraph("Returns are free.")
    hide(paragraph.add_run(SECRET))
    source.save(str(tmp_path / "a.docx"))
    document = parse_file(tmp_path / "a.docx")
    assert document.text == "Returns are free."
    assert said(document) == [("hidden-text", True)]


def test_a_style_hides_as_well_and_a_style_that_is_switched_off_does_not(tmp_path: Path) -> None:
    source = docx.Document()
    style = source.styles.add_style("Aside", 2)
    style.font.hidden = True
    source.add_paragraph("Seen. ").add_run(SECRET, style="Aside")
    source.add_paragraph().add_run("Seen too.", style="Aside").font.hidden = False
    source.save(str(tmp_path / "a.docx"))
    document = parse_file(tmp_path / "a.docx")
    assert document.text == "Seen.\n\nSeen too."
    assert said(document) == [("hidden-text", True)]


def test_white_words_on_dark_cells_of_word_are_seen(tmp_path: Path) -> None:
    source = docx.Document()
    table = source.add_table(2, 2, style="Table Grid")
    for column, name in enumerate(("Country", "Fee")):
        cell = table.cell(0, column)
        cell.paragraphs[0].add_run(name).font.color.rgb = WHITE
        cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="1F3864"/>'))
        table.cell(1, column).text = ("Chile", "5")[column]
    source.save(str(tmp_path / "a.docx"))
    document = parse_file(tmp_path / "a.docx")
    assert [unit.text for section in document.sections for unit in section.units] == ["Country: Chile; Fee: 5"]
    assert document.findings == ()


def test_hidden_rows_columns_sheets_and_white_cells_are_left_out_and_reported(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["Country", "Note", "Fee"],
        ["Chile", SECRET, 5],
        [SECRET, "x", 6],
        ["Peru", "y", 7],
        [SECRET, None, 8],
    ):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    for cell in sheet[5]:
        cell.font = Font(color="FFFFFFFF")
    for cell in sheet[1]:
        cell.font, cell.fill = Font(color="FFFFFFFF"), PatternFill("solid", fgColor="FF1F3864")
    other = book.create_sheet("Aside")
    other["A1"] = SECRET
    other.sheet_state = "veryHidden"
    book.save(tmp_path / "a.xlsx")
    document = parse_file(tmp_path / "a.xlsx")
    units = [unit.text for section in document.sections for unit in section.units]
    assert units == ["Country: Chile; Fee: 5", "Country: Peru; Fee: 7"]
    assert said(document) == [("hidden-text", True), ("hidden-text", True)]
    assert SECRET not in document.text


def test_hidden_slides_and_shapes_beside_the_slide_are_left_out_and_pages_keep_their_number(tmp_path: Path) -> None:
    source = Presentation()
    for text, left, hidden in (("First.", 1, False), (SECRET, 1, True), ("Third.", 1, False), (SECRET, -20, False)):
        slide = source.slides.add_slide(source.slide_layouts[6])
        slide.shapes.add_textbox(Inches(left), Inches(1), Inches(4), Inches(1)).text_frame.text = text
        if hidden:
            slide._element.set("show", "0")
    source.save(str(tmp_path / "a.pptx"))
    document = parse_file(tmp_path / "a.pptx")
    assert [(s.page, s.units[0].text) for s in document.sections] == [(1, "First."), (3, "Third.")]
    assert said(document) == [("hidden-text", True)]


def _hide(slide: Any) -> None:
    slide._element.set("show", "false")


def _right_of_it(slide: Any) -> None:
    slide.shapes[0].left, slide.shapes[0].width = Inches(10), Inches(1)
    slide.shapes[0].top, slide.shapes[0].height = Inches(1), Inches(1)


def _by_its_layout(slide: Any) -> None:
    slide.slide_layout.placeholders[0].top = Inches(-4)


def _by_its_master(slide: Any) -> None:
    slide.slide_layout.slide_master.placeholders[0].top = Inches(30)
    slide.slide_layout.placeholders[0]._element.spPr.clear()


def _as_a_point(slide: Any) -> None:
    slide.shapes[0].left, slide.shapes[0].top = 0, 0
    slide.shapes[0].width, slide.shapes[0].height = 0, 0


@pytest.mark.parametrize("hide", [_hide, _right_of_it, _by_its_layout, _by_its_master, _as_a_point])
def test_however_a_presentation_hides_its_words_they_are_found(hide: Callable[[Any], None]) -> None:
    source = Presentation()
    slide = source.slides.add_slide(source.slide_layouts[5])
    slide.shapes[0].text_frame.text = SECRET
    assert without_hidden(saved(source)) == (saved(source), []) and not may_hide(saved(source))
    hide(slide)
    shown, texts = without_hidden(saved(source))
    assert texts == [SECRET] and not Presentation(io.BytesIO(shown)).slides[0].shapes


def saved(source: Any) -> bytes:
    buffer = io.BytesIO()
    source.save(buffer)
    return buffer.getvalue()


TAGGED = "".join(chr(0xE0000 + ord(char)) for char in SECRET)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (f"Returns{TAGGED} are free.", ["hidden-text"]),
        ("The account \u202e0020 ot yap\u202c is closed.", ["bidi-override"]),
        ("الرقم \u202dتحويل مالي\u202c الآن", ["bidi-override"]),
        ("Ret\u200b\u200c\u200d\u2060\u200b\u200burns are free.", ["invisible-characters"]),
        (" ".join(f"ig\u200bno\u200bre{n}" for n in range(12)), ["invisible-characters"]),
        ("Smile \U0001f600" + "\U000e0101\U000e0115\U000e0120\U000e0121", ["invisible-characters"]),
    ],
)
def test_characters_that_hide_words_are_reported(text: str, codes: list[str]) -> None:
    findings = character_findings("a.txt", text)
    assert [finding.code for finding in findings] == codes
    assert all("\u202e" not in finding.message and not finding.message.count("\n") for finding in findings)


def test_the_words_in_tag_characters_are_decoded() -> None:
    assert SECRET in character_findings("a.txt", f"Returns{TAGGED}")[0].message


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم کتاب\u200cها را بخرم. " * 20,
        "क्\u200dष और न्\u200dय " * 20,
        "الطلب رقم \u200f123\u200f، هاتف \u2066+971 4 000\u2069. " * 20,
        "שלום \u200eABC\u200e עולם \u2067עברית\u2069 " * 20,
        "โปรด\u200bส่ง\u200bคืน\u200bสินค้า " * 20,
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "Donau\u00addampf\u00adschiff\u00adfahrts\u00adgesell\u00adschaft " * 20,
        "https://example.com/\u200blong/\u200bpath and\u200b a hint",
        "Text\ufeff with a mark of byte order.",
        "In Arabic: \u202bمرحبا\u202c.",
    ],
)
def test_what_scripts_and_emoji_need_is_no_finding(text: str) -> None:
    assert character_findings("a.txt", text) == []


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html", "a.csv"])
def test_words_in_tag_characters_are_reported_whatever_the_format(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(f"Returns{TAGGED} are free,of charge\nThe,rest\n", encoding="utf-8")
    document = parse_file(tmp_path / name)
    assert said(document) == [("hidden-text", True)]
    assert document.text.isascii() or "\U000e0073" not in document.text
