"""Characters that must not reach the index: invisible ones, look-alikes of layout, broken compositions."""

from __future__ import annotations

import re
import unicodedata

# Marks that readers of a document put in for themselves while a file is taken apart. They come from
# the private use area, which is first emptied of whatever the file had there (icon fonts, mostly).
ITEM_OPEN, ITEM_CLOSE, LINE_BREAK, CELL_GUARD = "\ue000", "\ue001", "\ue002", "\ue003"

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_PRIVATE = re.compile("[\ue000-\uf8ff]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]")
_LINES = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
# Joiners mean something in Persian and the Indic scripts, and inside emoji; elsewhere they hide.
_JOINER = re.compile("[\u200c\u200d]")
_USES_JOINERS = re.compile("[\u0600-\u08ff\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\ufb50-\ufeff]")
_EMOJI = re.compile("[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
# Glyph variants that PDF writers leave in place of letters: ligatures, Arabic shapes, radicals.
_SHAPES = re.compile("[\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufdff\ufe70-\ufefc\u2e80-\u2fdf]+")
# Thai "am" taken apart, as many PDF fonts map it; no normal form puts it together again.
_SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")


def clean(text: str) -> str:
    """``text`` in NFC, with ordinary spaces and line ends, without invisible characters."""
    if text.isascii():
        return _INVISIBLE.sub("", _LINES.sub("\n", text))
    text = _LINES.sub("\n", _SPACES.sub(" ", text))
    text = _INVISIBLE.sub("", text)
    text = _JOINER.sub(_joiner, text)
    text = _SARA_AM.sub("\\1\u0e33", text)
    text = _SHAPES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return unicodedata.normalize("NFC", text)


def without_private_use(text: str) -> str:
    """``text`` without private-use characters, so that our own marks are unmistakable."""
    return text if text.isascii() else _PRIVATE.sub("", text)


def one_line(text: str) -> str:
    """``text`` with every run of white space made one space."""
    return " ".join(text.split())


def _joiner(match: re.Match[str]) -> str:
    text, at = match.string, match.start()
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if _USES_JOINERS.match(before):
        return match[0]
    return match[0] if match[0] == "\u200d" and _EMOJI.match(before) and _EMOJI.match(after) else ""
