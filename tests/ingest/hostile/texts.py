"""Text, tables, pages and mail that are too long, too deep, broken, or something else under a false name."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.ingest.hostile import pdfs
from tests.ingest.hostile.zips import SENTENCE, word, workbook

_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00" + bytes(200)
_GERMAN = "Die Rückgabe ist möglich. Für Größen, die nicht passen, zahlen wir die Rücksendung. " * 5

Made = tuple[str, bytes, str]


def text_files() -> Iterator[Made]:
    """Name, bytes and expected code of each."""
    yield from _nothing()
    yield from _false_names()
    yield from _encodings()
    yield from _too_much()
    yield from _deep()
    yield from _pdfs()


def _nothing() -> Iterator[Made]:
    yield "empty.md", b"", "empty"
    yield "blank.txt", b" \n\t\r\n" * 50, "empty"
    yield "zeros.pdf", bytes(5000), "empty"
    yield "zeros.docx", bytes(5000), "empty"
    yield "heading-only.md", b"# Returns\n", "empty"
    yield "no-suffix", SENTENCE.encode(), "unsupported"
    yield "program.exe", b"MZ\x90\x00" + bytes(100), "unsupported"


def _false_names() -> Iterator[Made]:
    page = pdfs.text_pdf("Returns are accepted.")
    yield "a-pdf.md", page, "wrong-format"
    yield "a-picture.docx", _PNG, "wrong-format"
    yield "a-picture.txt", _PNG, "wrong-format"
    yield "a-web-page.pdf", b"<!DOCTYPE html><html><body><p>Returns.</p></body></html>", "wrong-format"
    yield "a-word-file.csv", word(), "wrong-format"
    yield "a-program.txt", b"\x7fELF\x02\x01\x01" + bytes(300), "wrong-format"
    yield "plain.rtf", SENTENCE.encode(), "wrong-format"
    yield "plain.eml", SENTENCE.encode(), "wrong-format"
    yield "a-web-page.txt", f"<html><body><p>{SENTENCE}</p></body></html>".encode(), "readable"


def _encodings() -> Iterator[Made]:
    text = _GERMAN.encode()
    yield "one-bad-byte.md", b"# Hinweise\n\n" + text[:40] + b"\xff" + text[40:], "readable+encoding-damaged"
    yield "latin-1.txt", _GERMAN.encode("latin-1"), "readable+encoding-guessed"
    noise = random.Random(7).randbytes(50_000)
    yield "noise.txt", noise, "wrong-format"
    yield "late-zeros.txt", SENTENCE.encode() * 200 + bytes(200_000), "wrong-format"
    yield "torn-utf-16.txt", b"\xff\xfe" + _GERMAN.encode("utf-16-le") + b"\xd8", "unreadable"
    codec = b'<html><head><meta charset="punycode"></head><body><p>R\xfcckgabe ' + SENTENCE.encode() + b"</p></body>"
    yield "odd-codec.html", codec, "readable+encoding-guessed"
    override = f"# Notes\n\n{SENTENCE} \u202egnp.exe\u202c \U000e0041\U000e0042\n"
    yield "overrides.md", override.encode(), "readable+bidi-override"
    unclosed = b"---\ntitle: [Returns\n---\n\nText.\n"
    yield "front-matter.md", unclosed, "wrong-format"
    aliases = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    yield "yaml-bomb.md", f"---\na0: &a0 [x]\n{aliases}---\n\n{SENTENCE}\n".encode(), "readable"


def _too_much() -> Iterator[Made]:
    yield "one-line.txt", b"a" * 99_000_000, "too-large"
    yield "over-the-limit.md", b"word " * 20_200_000, "too-large"
    yield "long-line.txt", b"word " * 100_000, "readable+long-lines"
    yield "long-word.md", b"# Key\n\n" + b"k" * 300_000, "readable+long-lines"
    yield "million-columns.csv", b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n1\n", "too-large"
    ragged = b"a,b\n" * 10_000 + b"," * 16_000 + b"x\n"
    yield "ragged.csv", ragged, "too-large"
    yield "open-quote.csv", b'a,b\n1,"' + b"x" * 12_000_000, "unreadable"
    yield "many-rows.tsv", b"a\tb\tc\n" * 400_000, "too-large"


def _deep() -> Iterator[Made]:
    yield "deep.html", b"<div>" * 100_000 + SENTENCE.encode() + b"</div>" * 100_000, "unreadable"
    deep_list = "".join("  " * depth + f"- item {depth}\n" for depth in range(400))
    yield "huge-piece.html", b"<p>" + b"word " * 2_500_000 + b"</p><p>After.</p>", "too-large"
    yield "deep-list.md", deep_list.encode(), "unreadable"
    yield "quotes.md", b"> " * 20_000 + SENTENCE.encode(), "unreadable"
    yield "brackets.md", b"# Notes\n\n" + b"[" * 50_000 + SENTENCE.encode(), "unreadable"
    laughs = '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    yield "xxe.html", f"{laughs}<html><body><p>{SENTENCE} &x;</p></body></html>".encode(), "readable"
    yield "yaml-deep.md", b"---\na: " + b"[" * 50_000 + b"\n---\n\nText.\n", "unreadable"
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    yield "deep.eml", b"From: a@example.com\nSubject: Deep\n" + parts + b"\nHello.\n", "unreadable"
    yield "deep.rtf", b"{\\rtf1 " + b"{" * 50_000 + b"x" + b"}" * 50_000 + b"}", "readable"


def _pdfs() -> Iterator[Made]:
    page = pdfs.text_pdf(SENTENCE, "Refunds take five days.")
    yield "torn.pdf", page[: len(page) // 3], "unreadable"
    yield "header-only.pdf", b"%PDF-1.7\n%%EOF\n", "unreadable"
    yield "locked.pdf", pdfs.encrypted(page), "encrypted"
    yield "ten-thousand-pages.pdf", pdfs.pdf([b""] * 10_000), "too-long"
    yield "claims-many-pages.pdf", pdfs.pdf([b"BT /F1 12 Tf (x) Tj ET"], count=2_000_000), "too-long"
    yield "circular.pdf", pdfs.pdf([b""], kids="2 0 R 2 0 R"), "empty"
    yield "bomb.pdf", pdfs.bomb(1_200_000_000), "too-much-memory|too-slow"  # whichever limit it meets first
    yield "busy.pdf", pdfs.busy(20_000_000), "too-slow"
    yield "a-sheet.pdf", workbook(), "wrong-format"
