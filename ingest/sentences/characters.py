"""The characters that end, close and open sentences, and the scripts that need their own rules."""

from __future__ import annotations

import re

FULL_STOP = "."
STRONG = "!?‼⁇⁈⁉"
ELLIPSIS = "…"
# End a sentence whatever follows: full-width and half-width CJK, Arabic, Devanagari, Ethiopic, Khmer, Myanmar.
HARD = "。！？｡．؟۔।॥።።។။"
CLOSERS = "\"'”’»›)]}」』）】〉》〕］｝*_~`¹²³⁴⁵⁶⁷⁸⁹⁰"  # with footnote marks
QUOTES = "\"'”’»›」』》"
OPENERS = "\"'“‘„‚«‹»([{「『（【〈《¿¡*_~`"

ANY_END = re.compile(f"[{re.escape(FULL_STOP + STRONG + ELLIPSIS + HARD)}]+")
SOFT_END = re.compile(f"[{re.escape(FULL_STOP + STRONG + ELLIPSIS)}]+")
CLOSING = re.compile(f"[{re.escape(CLOSERS)}]*")
# A place where a sentence might end: a terminator, a line end, or a space after a Thai letter.
CANDIDATE = re.compile(f"[{re.escape(FULL_STOP + STRONG + ELLIPSIS + HARD)}\n]|(?<=[\u0e01-\u0e4e])[ \t\u00a0\u3000]")
SPACE = re.compile(r"\s*")
# [1], [2][3], [1, 2] and the full-width 【1】 that some models write.
_MARK = r"\[\d{1,3}(?:[ ]?[,;–-][ ]?\d{1,3})*\]|【\d{1,3}】"
CITATIONS = re.compile(rf"(?:[ \t\u00a0]*(?:{_MARK}))+")
UNFINISHED_CITATION = re.compile(r"[ \t\u00a0]*(?:[\[【][\d,;– -]{0,40})?\Z")
LIST_ITEM = re.compile(
    r"[-*+•–—▪◦‣·・●○■□✓✔][ \t\u3000]|\d{1,3}[.)][ \t]|[A-Za-z][.)][ \t]|[（(]\d{1,2}[)）]|[①-⑳]|\d{1,2}[、．]|\|"
)
LIST_ITEM_WINDOW = 6  # characters that decide whether a line opens a list item

# Between a closing quotation mark and one of these, the sentence around the quotation goes on.
AFTER_QUOTE = "とっのをはがにでもやか、，,）)」』：:"

_CASELESS = re.compile(
    "[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u0f00-\u109f\u1100-\u11ff\u1200-\u137f\u1780-\u17ff"
    "\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9d\U00020000-\U0002ffff]"
)


def is_caseless(char: str) -> bool:
    """Whether the letter's script has no capitals, so that a capital cannot announce a sentence."""
    return bool(_CASELESS.match(char))
