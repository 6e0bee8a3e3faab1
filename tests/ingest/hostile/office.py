"""Office files, books and slides that are bombs, liars, locked or torn."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import openpyxl

from tests.ingest.hostile.zips import (
    SENTENCE,
    by_pandoc,
    member,
    rebuilt,
    slides,
    with_encryption_flags,
    with_entities,
    with_false_sizes,
    word,
    workbook,
)

_LAUGHS = '<!ENTITY l0 "ha">' + "".join(
    f'<!ENTITY l{n} "{"".join(f"&l{n - 1};" for _ in range(10))}">' for n in range(1, 10)
)
_FILE = '<!ENTITY xxe SYSTEM "file:///etc/passwd">'
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TYPES = "[Content_Types].xml"
_SHEET = "xl/worksheets/sheet1.xml"

Made = tuple[str, bytes, str]


def office_files() -> Iterator[Made]:
    """Name, bytes and expected code of each."""
    document, book, talk = word(), workbook(), slides()
    text, epub = by_pandoc("odt"), by_pandoc("epub")
    yield from _entities(document, book, talk, text, epub)
    yield from _bombs(document, book, text)
    yield from _macros(document, book)
    yield from _locked(document, text)
    yield from _torn(document, book, talk, epub)
    yield from _sheets(book)


def _entities(document: bytes, book: bytes, talk: bytes, text: bytes, epub: bytes) -> Iterator[Made]:
    body, words = "word/document.xml", SENTENCE.encode()
    yield "laughs.docx", with_entities(document, body, _LAUGHS, "l9", words), "xml-entities"
    yield "xxe.docx", with_entities(document, body, _FILE, "xxe", words), "xml-entities"
    long = f'<!ENTITY a "{"x" * 100_000}">'
    yield "quadratic.xlsx", with_entities(book, _SHEET, long, "a", b"</v>"), "xml-entities"
    yield "xxe.xlsx", with_entities(book, _SHEET, _FILE, "xxe", b"Country"), "xml-entities"
    yield "xxe.pptx", with_entities(talk, "ppt/slides/slide1.xml", _FILE, "xxe", words), "xml-entities"
    yield "laughs.odt", with_entities(text, "content.xml", _LAUGHS, "l9", words[:7]), "xml-entities"
    chapter = next(name for name in zipfile.ZipFile(io.BytesIO(epub)).namelist() if name.endswith("ch001.xhtml"))
    changed = member(epub, chapter).replace(b"<!DOCTYPE html>", f"<!DOCTYPE html [{_FILE}]>".encode())
    yield "xxe.epub", rebuilt(epub, {chapter: changed}), "xml-entities"
    xml = member(document, body).decode().replace('encoding="UTF-8"', 'encoding="UTF-16"', 1)
    xml = xml.replace("<w:document", f"<!DOCTYPE x [{_FILE}]><w:document", 1)
    yield "utf-16-entities.docx", rebuilt(document, {body: xml.encode("utf-16")}), "xml-entities"


def _bombs(document: bytes, book: bytes, text: bytes) -> Iterator[Made]:
    spaces = b" " * 60_000_000
    yield "bomb.docx", rebuilt(document, add={"word/media/image1.bin": spaces}), "zip-bomb"
    bombed = member(book, _SHEET) + spaces
    yield "bomb.xlsx", rebuilt(book, {_SHEET: bombed}), "zip-bomb"
    yield "many.docx", rebuilt(document, add={f"word/media/{n}.bin": b"" for n in range(20_001)}), "zip-bomb"
    swollen = rebuilt(text, {"content.xml": member(text, "content.xml") + spaces[:5_000_000]})
    yield "false-sizes.odt", with_false_sizes(swollen, "content.xml"), "unreadable"
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.bin", spaces)
    nested = rebuilt(document, add={f"word/embeddings/{n}.zip": inner.getvalue() for n in range(20)})
    yield "nested-bomb.docx", nested, "readable"  # what is embedded is never opened
    yield "traversal.docx", rebuilt(document, add={"../../../tmp/evil.txt": b"x"}), "path-traversal"
    yield "traversal.odt", rebuilt(text, add={"..\\..\\evil.bat": b"x"}), "path-traversal"
    yield "absolute.xlsx", rebuilt(book, add={"/etc/cron.d/evil": b"x"}), "path-traversal"


def _macros(document: bytes, book: bytes) -> Iterator[Made]:
    def typed(data: bytes, plain: bytes, macro: bytes) -> bytes:
        types = member(data, _TYPES).replace(plain, macro)
        folder = "word" if b"word" in plain else "xl"
        return rebuilt(data, {_TYPES: types}, {f"{folder}/vbaProject.bin": _OLE + bytes(600)})

    yield "macros.docx", rebuilt(document, add={"word/vbaProject.bin": _OLE + bytes(600)}), "readable+macros"
    prefix = b"application/vnd.openxmlformats-officedocument."
    types = prefix + b"wordprocessingml.document.main+xml", b"application/vnd.ms-word.document.macroEnabled.main+xml"
    yield "macros.docm", typed(document, *types), "readable+macros"
    types = prefix + b"spreadsheetml.sheet.main+xml", b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    yield "macros.xlsm", typed(book, *types), "readable+macros"


def _locked(document: bytes, text: bytes) -> Iterator[Made]:
    package = _OLE + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(1000)
    yield "locked.docx", package, "encrypted"
    yield "locked.xlsx", package, "encrypted"
    yield "locked-zip.docx", with_encryption_flags(document), "encrypted"
    entry = b'<manifest:encryption-data manifest:checksum-type="SHA1/1K"/></manifest:manifest>'
    manifest = member(text, "META-INF/manifest.xml").replace(b"</manifest:manifest>", entry)
    yield "locked.odt", rebuilt(text, {"META-INF/manifest.xml": manifest}), "encrypted"
    old = _OLE + bytes(1000) + "WordDocument".encode("utf-16-le") + bytes(1000)
    yield "old-word.docx", old, "wrong-format"


def _torn(document: bytes, book: bytes, talk: bytes, epub: bytes) -> Iterator[Made]:
    yield "torn.docx", document[: len(document) // 2], "unreadable"
    yield "torn.xlsx", book[: len(book) // 2], "unreadable"
    yield "torn.epub", epub[: len(epub) * 2 // 3], "unreadable"
    at = talk.index(b"ppt/slides/slide1.xml") + 60
    yield "flipped.pptx", talk[:at] + bytes(byte ^ 0xFF for byte in talk[at : at + 40]) + talk[at + 40 :], "unreadable"
    yield (
        "half-xml.docx",
        rebuilt(document, {"word/document.xml": member(document, "word/document.xml")[:900]}),
        ("unreadable"),
    )
    nested = b"<w:p><w:r>" + b"<w:pict>" * 100_000 + b"</w:pict>" * 100_000 + b"</w:r></w:p>"
    xml = member(document, "word/document.xml").replace(b"<w:sectPr", nested + b"<w:sectPr", 1)
    yield "deep.docx", rebuilt(document, {"word/document.xml": xml}), "unreadable"
    yield "a-sheet.docx", book, "wrong-format"
    yield "a-zip.xlsx", rebuilt(epub, {"mimetype": b"something/else"}), "wrong-format"


def _sheets(book: bytes) -> Iterator[Made]:
    huge = member(book, _SHEET)
    start = huge.index(b"<dimension")
    end = huge.index(b"/>", start) + 2
    wide = huge[:start] + b'<dimension ref="A1:XFD1048576"/>' + huge[end:]
    yield "declared-huge.xlsx", rebuilt(book, {_SHEET: wide}), "readable"
    far = openpyxl.load_workbook(io.BytesIO(book))
    far.active.cell(1_048_576, 16_384).value = "far away"
    buffer = io.BytesIO()
    far.save(buffer)
    yield "far-cell.xlsx", buffer.getvalue(), "readable"
    merged = huge.replace(
        b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    )
    yield "merged-huge.xlsx", rebuilt(book, {_SHEET: merged}), "too-large"
    cells = b'<row r="9">' + b'<c r="A9"><v>1</v></c>' * 600_000 + b"</row></sheetData>"
    yield "many-cells.xlsx", rebuilt(book, {_SHEET: huge.replace(b"</sheetData>", cells)}), "too-large"
    formulas: list[list[object]] = [["Country", "Fee"], ["France", "=1+1"], ["Spain", "=B2*2"]]
    yield "formulas.xlsx", workbook(formulas), "readable+formula-without-value"
    yield "giant-cell.xlsx", workbook([["Country", "Terms"], ["France", "pay in time " * 2700]]), "readable+long-lines"
