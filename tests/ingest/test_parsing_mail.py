"""E-mails give their own words; plain text its paragraphs, tables and headings."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from ingest.documents import ParsedDocument
from ingest.parsing import parse_file


def units(document: ParsedDocument) -> list[str]:
    return [unit.text for section in document.sections for unit in section.units]


def mail(tmp_path: Path, text: str, html: str = "") -> ParsedDocument:
    message = EmailMessage()
    message["Subject"] = "Rückgabe der Leuchte – 返品"
    message["From"] = "Anna <anna@example.com>"
    message["Date"] = "Mon, 05 Oct 2026 09:30:00 +0200"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="beleg.pdf")
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    return parse_file(tmp_path / "a.eml")


def test_a_message_without_signature_and_history(tmp_path: Path) -> None:
    text = (
        "Guten Tag,\n\ndie Leuchte ist defekt.\n\nAm 1. Oktober 2026 schrieb Shop <a@b.de>:\n> Alte Worte.\n-- \nAnna"
    )
    document = mail(tmp_path, text, "<p>Other version.</p>")
    assert units(document) == ["Guten Tag,", "die Leuchte ist defekt."]
    assert document.title == "Rückgabe der Leuchte – 返品"
    assert document.metadata["from"] == "Anna <anna@example.com>"
    assert document.metadata["date"] == "2026-10-05T09:30:00+02:00"
    assert [finding.code for finding in document.findings] == ["attachment-skipped"]


def test_html_is_read_where_there_is_no_plain_text(tmp_path: Path) -> None:
    assert units(mail(tmp_path, " ", "<p>Only <b>HTML</b>.</p><p style='display:none'>x y</p>")) == ["Only HTML."]


def test_a_message_that_only_quotes_is_kept(tmp_path: Path) -> None:
    assert units(mail(tmp_path, "> The words of another.")) == ["> The words of another."]


def test_plain_text_has_items_tables_and_headings(tmp_path: Path) -> None:
    text = (
        "Intro.\n\nWat er verandert\n\n- een\n  vervolg\n- twee\n\n"
        "Punt | Nieuw\nDatum | 31 maart\n\n1. eerst\n\nSlot.\n"
    )
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    document = parse_file(tmp_path / "a.txt")
    assert [section.kind for section in document.sections] == ["prose", "list", "table", "list", "prose"]
    assert document.title == "Wat er verandert"
    assert units(document) == ["Intro.", "een vervolg", "twee", "Punt: Datum; Nieuw: 31 maart", "eerst", "Slot."]
