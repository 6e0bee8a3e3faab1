"""Scanned pages and pictures become text in their own language, and say how sure they are of it."""

from __future__ import annotations

import io
import shutil
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from PIL import Image, features
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from ingest.documents import Content, ParsedDocument
from ingest.errors import DocumentError
from ingest.parsing import parse
from ingest.parsing.ocr.hocr import WordLine
from ingest.parsing.ocr.languages import install_command, ocr_languages
from ingest.parsing.ocr.pictures import enlarged, grey, has_lines
from ingest.parsing.ocr.tesseract import Tesseract, installed_packs
from tests.support.scanned_pages import PAGES, as_bytes, missing_fonts, scanned, scanned_table, words_of

FEES = Path(__file__).parent / "data" / "fees.pdf"
LEAST_ACCURACY = 0.93  # of the characters, on a page that is askew and noisy

installed = installed_packs() or frozenset[str]()
wanted = [ocr_languages().languages[code].packs[0] for code in PAGES]
without = [pack for pack in (*wanted, "osd") if pack not in installed]
needs_tesseract = pytest.mark.skipif(
    bool(without or missing_fonts() or not features.check("raqm")),
    reason=f"run `{install_command(without)} fonts-noto-core fonts-noto-cjk`; Pillow needs libraqm",
)


def read(data: bytes, name: str, language: str | None = None) -> ParsedDocument:
    return parse(Content(name, data, language))


def accuracy(found: str, language: str) -> float:
    return SequenceMatcher(None, "".join(found.split()), words_of(language), autojunk=False).ratio()


def text_of_page(document: ParsedDocument, page: int) -> str:
    sections = [section for section in document.sections if section.page == page]
    return "\n".join("\n".join([*section.heading, *(unit.text for unit in section.units)]) for section in sections)


def codes(document: ParsedDocument) -> list[str]:
    return [finding.code for finding in document.findings]


@needs_tesseract
@pytest.mark.parametrize("language", PAGES)
def test_a_picture_of_a_page_is_read_in_its_language_without_being_told(language: str) -> None:
    document = read(as_bytes([scanned(language)], "png"), "page.png")
    assert accuracy(document.text, language) >= LEAST_ACCURACY
    assert {section.page for section in document.sections} == {1}
    found = next(finding for finding in document.findings if finding.code == "scanned")
    assert f"1 page read by text recognition as {language}, with 9" in found.message


@needs_tesseract
def test_the_heading_is_the_title_and_lines_are_joined_to_sentences() -> None:
    document = read(as_bytes([scanned("de")], "jpeg"), "page.jpg")
    assert document.title == "Rückgabe und Erstattung"
    units = [unit.text for section in document.sections for unit in section.units]
    assert units[0] == "Sie können Ihre Bestellung innerhalb von 30 Tagen zurückgeben."
    assert units[-1] == "Fügen Sie das Ladegerät und die Gewährleistungskarte bei."


@needs_tesseract
def test_a_scanned_pdf_keeps_its_pages_whatever_their_scripts() -> None:
    languages = ["de", "ru", "ar", "hi", "ja"]
    document = read(as_bytes([scanned(language) for language in languages], "pdf"), "scan.pdf", "de")
    for page, language in enumerate(languages, start=1):
        assert accuracy(text_of_page(document, page), language) >= LEAST_ACCURACY, language


@needs_tesseract
def test_every_page_of_a_fax_is_read() -> None:
    pages = [scanned("de").convert("RGB"), scanned("ru").convert("RGB")]
    document = read(as_bytes(pages, "tiff"), "fax.tif")
    assert "Gewährleistungskarte" in text_of_page(document, 1)
    assert "Деньги" in text_of_page(document, 2)


@needs_tesseract
@pytest.mark.parametrize("hint", ["de", "ru", "xx"])
def test_a_right_hint_is_followed_and_a_wrong_one_is_seen_through(hint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[tuple[str, ...]] = []
    reading = Tesseract.read

    def noting(self: Tesseract, image: Image.Image, packs: tuple[str, ...], dpi: int | None = None) -> list[WordLine]:
        tried.append(packs)
        return reading(self, image, packs, dpi)

    monkeypatch.setattr(Tesseract, "read", noting)
    document = read(as_bytes([scanned("de")], "webp"), "page.webp", hint)
    assert accuracy(document.text, "de") >= LEAST_ACCURACY
    assert (tried == [("deu",)]) == (hint == "de")


@needs_tesseract
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_its_side_or_head_is_put_upright(turn: int) -> None:
    document = read(as_bytes([scanned("de", turn=turn)], "png"), "turned.png")
    assert accuracy(document.text, "de") >= LEAST_ACCURACY


@needs_tesseract
def test_small_type_is_enlarged_before_it_is_read() -> None:
    page = scanned("de")
    small = page.resize((page.width // 3, page.height // 3), Image.Resampling.LANCZOS)
    assert accuracy(read(as_bytes([small], "bmp"), "shot.bmp").text, "de") >= LEAST_ACCURACY


@needs_tesseract
def test_a_table_in_a_scan_is_a_table() -> None:
    rows = [
        ("Land", "Gebühr", "Tage"),
        ("Schweiz", "12,00 €", "5"),
        ("Österreich", "7,50 €", "3"),
        ("Polen", "4,90 €", "2"),
    ]
    picture = scanned_table(rows, "Versandkosten", "Ab 100 € ist der Versand kostenlos.")
    document = read(as_bytes([picture], "png"), "fees.png", "de")
    table = next(section for section in document.sections if section.kind == "table")
    assert [unit.text for unit in table.units][:2] == [
        "Land: Schweiz; Gebühr: 12,00 €; Tage: 5",
        "Land: Österreich; Gebühr: 7,50 €; Tage: 3",
    ]


@needs_tesseract
def test_scanned_pages_stand_in_order_among_typed_ones() -> None:
    document = read(mixed(), "mixed.pdf")
    assert "Gewährleistungskarte" in text_of_page(document, 2)
    assert "You may return anything within 14 days." in text_of_page(document, 3)
    assert document.text.index("تشحن") < document.text.index("Fahrer") < document.text.index("You may return")
    assert "1 page read" in next(finding.message for finding in document.findings if finding.code == "scanned")


@needs_tesseract
def test_a_scan_with_a_text_layer_keeps_that_text() -> None:
    words = " ".join(["Recognised by the scanner itself, return it within 14 days."] * 2)
    document = read(with_hidden_text(as_bytes([scanned("ru")], "pdf"), words), "layered.pdf")
    assert "Recognised by the scanner itself" in document.text
    assert "scanned" not in codes(document)


@needs_tesseract
def test_a_picture_without_words_is_empty() -> None:
    with pytest.raises(DocumentError, match=r"white\.png: no words") as caught:
        read(as_bytes([Image.new("L", (600, 400), 255)], "png"), "white.png")
    assert caught.value.code == "empty"
    noise = Image.effect_noise((400, 300), 90)
    with pytest.raises(DocumentError, match=r"noise\.png: no words"):
        read(as_bytes([noise], "png"), "noise.png", "de")


@needs_tesseract
def test_writing_has_lines_and_noise_has_none() -> None:
    for language in ("de", "ru", "ar", "hi", "ja", "th"):
        assert has_lines(grey(scanned(language)))
        assert has_lines(grey(scanned(language).rotate(90, expand=True)))
    for size in ((400, 300), (1200, 900)):
        assert not has_lines(enlarged(Image.effect_noise(size, 90))[0])


@needs_tesseract
def test_a_blurred_page_is_read_and_reported_as_unsure() -> None:
    blurred = scanned("de").resize((200, 100)).resize((1240, 620))
    document = read(as_bytes([blurred], "png"), "blurred.png", "de")
    assert "Rückgabe" in document.text
    assert any(finding.code == "ocr-unsure" and "page 1 (5" in finding.message for finding in document.findings)


@needs_tesseract
def test_a_missing_pack_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tesseract, "installed", frozenset({"eng", "osd"}))
    with pytest.raises(DocumentError, match="sudo apt-get install tesseract-ocr tesseract-ocr-hin`") as caught:
        read(as_bytes([scanned("hi")], "png"), "page.png")
    assert caught.value.code == "ocr-missing"
    document = read(as_bytes([scanned("de")], "png"), "page.png", "de")
    assert "ocr-missing" in codes(document)
    assert any("tesseract-ocr-deu" in finding.message for finding in document.findings)


def test_without_tesseract_a_scan_is_refused_and_a_mixed_file_loses_only_its_scanned_pages(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("tesseract") is None
    page = Image.new("L", (900, 600), 255)
    for data, name in ((as_bytes([page], "png"), "page.png"), (as_bytes([page], "pdf"), "scan.pdf")):
        with pytest.raises(
            DocumentError, match=rf"^{name}: a scan, and .*; run `sudo apt-get install tesseract-ocr "
        ) as caught:
            read(data, name)
        assert caught.value.code == "ocr-missing"
        assert "\n" not in str(caught.value)
    document = read(mixed(page), "mixed.pdf")
    assert "You may return anything within 14 days." in document.text
    assert "ocr-missing" in codes(document)


def test_a_picture_that_unpacks_to_too_much_is_refused_unopened() -> None:
    with pytest.raises(DocumentError, match=r"bomb\.png: more than 80 megapixels") as caught:
        read(as_bytes([Image.new("1", (10_000, 10_000))], "png"), "bomb.png")
    assert caught.value.code == "too-large"


def test_what_is_no_picture_and_what_is_damaged_are_told_apart() -> None:
    with pytest.raises(DocumentError, match=r"notes\.png") as caught:
        read(b"These are notes.", "notes.png")
    assert caught.value.code == "wrong-format"
    whole = as_bytes([Image.effect_noise((300, 300), 60)], "png")
    with pytest.raises(DocumentError, match=r"cut\.png") as caught:
        read(whole[: len(whole) // 2], "cut.png")
    assert caught.value.code == "unreadable"


def with_hidden_text(data: bytes, words: str) -> bytes:
    """The one page of a PDF with words over it that are neither filled nor stroked, as scanners write them."""
    writer = PdfWriter(clone_from=io.BytesIO(data))
    page = writer.pages[0]
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    fonts = DictionaryObject(
        {NameObject("/F1"): DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})}
    )
    page["/Resources"][NameObject("/Font")] = fonts
    layer = StreamObject()
    layer.set_data(page.get_contents().get_data() + f"\nBT 3 Tr /F1 8 Tf 40 200 Td ({words}) Tj ET".encode())
    page[NameObject("/Contents")] = writer._add_object(layer)
    return saved(writer)


def mixed(page: Image.Image | None = None) -> bytes:
    """A typed page, a scanned one and a typed one."""
    typed = PdfReader(FEES).pages
    return written(typed[0], PdfReader(io.BytesIO(as_bytes([page or scanned("de")], "pdf"))).pages[0], typed[1])


def written(*pages: PageObject) -> bytes:
    writer = PdfWriter()
    for page in pages:
        writer.add_page(page)
    return saved(writer)


def saved(writer: PdfWriter) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
