"""An Outlook message is read as an e-mail is: its own words, whatever body it has."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.documents import ParsedDocument
from ingest.errors import DocumentError
from ingest.parsing import parse_file
from ingest.parsing.mail.compressed_rtf import decompressed
from tests.support.compound_file import compound_file, outlook_message

# The example of [MS-OXRTFCP], section 4.1, and what it says.
COMPRESSED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
RTF = rb"{\rtf1\ansi\ansicpg1252\pard hello world}" + b"\r\n"
CROSSED = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def message(tmp_path: Path, data: bytes) -> ParsedDocument:
    (tmp_path / "rueckgabe.msg").write_bytes(data)
    return parse_file(tmp_path / "rueckgabe.msg")


def units(document: ParsedDocument) -> list[str]:
    return [unit.text for section in document.sections for unit in section.units]


def test_a_message_gives_its_own_words_its_subject_and_where_it_came_from(tmp_path: Path) -> None:
    body = "Guten Tag,\r\n\r\ndie Leuchte ist defekt.\r\n\r\nAm 1. Oktober 2026 schrieb Shop <a@b.de>:\r\n> Alte Worte."
    data = outlook_message(
        "Rückgabe der Leuchte – 返品",
        body=body,
        html=b"<p>Other version.</p>",
        to=("Shop", "Lager"),
        sent=datetime(2026, 10, 5, 9, 30, tzinfo=UTC),
        attachments={"foto.jpg": b"\xff\xd8" * 4000, "rechnung.pdf": b"%PDF-"},
    )
    document = message(tmp_path, data)
    assert units(document) == ["Guten Tag,", "die Leuchte ist defekt."]
    assert document.title == "Rückgabe der Leuchte – 返品"
    assert document.metadata["from"] == '"Anna" <anna@example.com>'
    assert document.metadata["author"] == "Anna"
    assert document.metadata["to"] == "Shop, Lager"
    assert document.metadata["date"] == "2026-10-05T09:30:00+00:00"
    assert [(f.code, f.message.split("”")[0]) for f in document.findings] == [
        ("attachment-skipped", "the attachment “foto.jpg"),
        ("attachment-skipped", "the attachment “rechnung.pdf"),
    ]


def test_html_is_read_where_there_is_no_plain_text_and_its_hidden_words_are_not(tmp_path: Path) -> None:
    html = "<p>Nur <b>HTML</b> für Sie.</p><p style='display:none'>secret words here</p>".encode()
    document = message(tmp_path, outlook_message("A", html=html))
    assert units(document) == ["Nur HTML für Sie."]
    assert [finding.code for finding in document.findings] == ["hidden-text"]


def test_rich_text_is_read_where_there_is_nothing_else(tmp_path: Path) -> None:
    plain = rb"{\rtf1\ansi Returns are free.\par Send them back.\par}"
    uncompressed = struct.pack("<4I", len(plain) + 12, len(plain), 0x414C454D, 0) + plain
    assert units(message(tmp_path, outlook_message("A", rtf=uncompressed))) == ["Returns are free.", "Send them back."]


def test_compressed_rich_text_is_taken_apart_as_its_specification_shows() -> None:
    assert decompressed(COMPRESSED) == RTF
    assert decompressed(CROSSED) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    with pytest.raises(ValueError, match="not compressed RTF"):
        decompressed(bytes(40))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (outlook_message("A", body="x", message_class="IPM.Note.SMIME"), "encrypted"),
        (outlook_message("A"), "empty"),
        (outlook_message("A", body="x " * 3000)[:2000], "unreadable"),
        (b"From: a@b.c\n\nan e-mail", "wrong-format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unreadable"),
        (compound_file({"WordDocument": b"An old letter."}), "wrong-format"),
    ],
    ids=["encrypted", "empty", "cut off", "an .eml", "zeros", "a .doc"],
)
def test_what_cannot_be_read_is_named_with_the_reason(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(DocumentError, match=r"^rueckgabe\.msg: ") as caught:
        message(tmp_path, data)
    assert caught.value.code == code


def test_a_signed_message_is_read(tmp_path: Path) -> None:
    data = outlook_message("A", body="Signed words.", message_class="IPM.Note.SMIME.MultipartSigned")
    assert units(message(tmp_path, data)) == ["Signed words."]
