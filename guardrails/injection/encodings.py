"""What a text says decoded: base64, base32, hexadecimal, binary, escapes of URLs and HTML, ROT13, reversed."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

_DEEPEST = 3  # encodings within each other
_READABLE = 0.85  # share of letters, digits and spaces that tells a text from chance
_ESCAPE = re.compile(r"\\u\{?([0-9a-fA-F]{4,6})\}?|\\x([0-9a-fA-F]{2})")
_REVERSIBLE = re.compile("[a-zA-Z]{3}")


def _from_base64(run: str) -> bytes:
    return base64.b64decode(run.rstrip("=").translate(_URL_SAFE) + "=" * (-len(run.rstrip("=")) % 4), validate=True)


def _from_base32(run: str) -> bytes:
    return base64.b32decode(run.rstrip("=") + "=" * (-len(run.rstrip("=")) % 8))


def _from_hex(run: str) -> bytes:
    return bytes.fromhex(re.sub(r"0x|\\x|[^0-9a-fA-F]", "", run))


def _from_binary(run: str) -> bytes:
    return bytes(int(octet, 2) for octet in re.findall("[01]{8}", run))


_URL_SAFE = str.maketrans("-_", "+/")
_RUNS: tuple[tuple[str, re.Pattern[str], Callable[[str], bytes]], ...] = (
    ("base64", re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}"), _from_base64),
    ("base32", re.compile(r"\b[A-Z2-7]{24,}={0,6}"), _from_base32),
    ("hexadecimal", re.compile(r"(?:(?:0x|\\x)?[0-9a-fA-F]{2}[\s,:;-]?){10,}"), _from_hex),
    ("binary", re.compile(r"(?:[01]{8}[\s,]?){8,}"), _from_binary),
)
_WRAPPED = re.compile(r"(?<=[A-Za-z0-9+/]{20})\s*\n\s*(?=[A-Za-z0-9+/=]{4})")


def decodings(text: str) -> list[tuple[str, str]]:
    """What ``text`` or a part of it is when decoded, each with the name of the encoding."""
    found = list(_decoded(text, _DEEPEST))
    if _REVERSIBLE.search(text):
        found.append(("rot13", codecs.encode(text, "rot13")))
    return [*found, ("reversed", text[::-1])]


def _decoded(text: str, deepest: int) -> Iterator[tuple[str, str]]:
    for name, plain in (*_unescaped(text), *_runs(text)):
        yield name, plain
        if deepest > 1:
            yield from _decoded(plain, deepest - 1)


def _unescaped(text: str) -> Iterator[tuple[str, str]]:
    ways = (("html", html.unescape, "&"), ("url", unquote, "%"), ("escapes", _without_escapes, "\\"))
    for name, decode, sign in ways:
        if sign in text and (plain := decode(text)) != text:
            yield name, plain


def _without_escapes(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = int(match.group(1) or match.group(2), 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else match.group()

    return _ESCAPE.sub(character, text)


def _runs(text: str) -> Iterator[tuple[str, str]]:
    for name, pattern, decode in _RUNS:
        whole = _WRAPPED.sub("", text) if name == "base64" else text
        for match in pattern.finditer(whole):
            try:
                plain = decode(match.group()).decode("utf-8")
            except (binascii.Error, ValueError):
                continue
            if _readable(plain):
                yield name, plain


def _readable(text: str) -> bool:
    fit = sum(char.isalnum() or char.isspace() or not char.isascii() for char in text)
    return (
        len(text) >= 6
        and fit >= _READABLE * len(text)
        and all(char.isprintable() or char.isspace() for char in text if char.isascii())
    )
