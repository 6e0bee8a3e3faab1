"""One spelling for what readers take as the same: digits, widths, dashes, letter case, Arabic letter variants."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_DROPPED = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff\u00ad\u0640\u0307\u093c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_HARAKAT = range(0x064B, 0x0660)
_REPLACED = {
    **dict.fromkeys("\u2010\u2011\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2013\u2014\u2015\u301c\uff5e\u223c", "–"),
    **dict.fromkeys("\u2018\u2019\u02bc\u2032\u066c", "'"),
    **dict.fromkeys("أإآٱ", "ا"),
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    "ة": "ه",
    "ھ": "ه",
    "٪": "%",
    "،": ",",
    "ı": "i",
    "…": "…",
}


class FoldedText:
    """A text folded for look-up, with the way back to the offsets of the original.

    ``folded`` is caseless, ``cased`` has the same length and keeps the case;
    ``starts[i]`` and ``ends[i]`` are the offsets in the original of the character behind ``folded[i]``.
    """

    def __init__(self, text: str) -> None:
        folded = _folded_at_once(text)
        if folded is not None and _NOT_ONE.isdisjoint(text):
            self.folded, self.cased = folded, text.translate(_CASED)
            self.starts: Sequence[int] = range(len(text))
            self.ends: Sequence[int] = range(1, len(text) + 1)
        else:
            self._fold_by_character(text)

    def _fold_by_character(self, text: str) -> None:
        folded: list[str] = []
        cased: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for start, end in _clusters(text):
            low, shown = _fold(text[start:end])
            if low == " " and folded and folded[-1] == " ":
                continue
            folded.append(low)
            cased.append(shown)
            starts += [start] * len(low)
            ends += [end] * len(low)
        self.folded, self.cased = "".join(folded), "".join(cased)
        self.starts, self.ends = starts, ends

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of ``folded[start:end]``, which is not empty."""
        return self.starts[start], self.ends[end - 1]


def primary_language(tag: str) -> str:
    """The language of a tag: ``pt`` of ``pt-BR``."""
    return tag.replace("_", "-").split("-")[0].lower()


# Counters and stop words are folded for every sentence, and a sentence by each of its guards.
@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """``text`` as it is looked up."""
    folded = _folded_at_once(text)
    return FoldedText(text).folded if folded is None else folded


def _folded_at_once(text: str) -> str | None:
    """The folded text where each character folds by itself, which is nearly always; None elsewhere."""
    if not unicodedata.is_normalized("NFC", text):
        return None
    folded = text.translate(_LOW)
    return None if "  " in folded else folded  # several spaces are one


def _clusters(text: str) -> list[tuple[int, int]]:
    """Characters, or base characters with their marks where the text is not composed."""
    if unicodedata.is_normalized("NFC", text):
        return [(i, i + 1) for i in range(len(text))]
    spans: list[tuple[int, int]] = []
    for i, character in enumerate(text):
        # 8 marks are more than any writing needs; the bound keeps hostile stacks linear.
        if spans and unicodedata.combining(character) and i - spans[-1][0] < 8:
            spans[-1] = (spans[-1][0], i + 1)
        else:
            spans.append((i, i + 1))
    return spans


@lru_cache(maxsize=16384)
def _fold(cluster: str) -> tuple[str, str]:
    """The caseless and the cased form of one character with its marks, equally long."""
    pairs = [_fold_character(character) for character in unicodedata.normalize("NFC", cluster)]
    return "".join(low for low, _ in pairs), "".join(shown for _, shown in pairs)


def _fold_character(character: str) -> tuple[str, str]:
    if character in _DROPPED or ord(character) in _HARAKAT or ord(character) == 0x0670:
        return "", ""
    if character in _REPLACED:
        return _REPLACED[character], _REPLACED[character]
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit), str(digit)
    if unicodedata.category(character) == "No":  # ² and ½ are not the digits they would decompose to
        return character, character
    if character.isspace():
        return ("\n", "\n") if character in "\n\r\u2028\u2029\x0b\x0c" else (" ", " ")
    wide = "".join(
        _REPLACED.get(part, part) for part in unicodedata.normalize("NFKC", character) if part not in _DROPPED
    )
    low = "".join(_REPLACED.get(part, part) for part in wide.casefold() if part not in _DROPPED)
    return low, wide if len(wide) == len(low) else low


class _Table(dict[int, str]):
    """For :meth:`str.translate`: the caseless form of each character, or the cased one, made when it is first met."""

    def __init__(self, form: int) -> None:
        super().__init__()
        self._form = form

    def __missing__(self, code: int) -> str:
        made = self[code] = _fold(chr(code))[self._form]
        if len(made) != 1:
            _NOT_ONE.add(chr(code))
        return made


_LOW, _CASED = _Table(0), _Table(1)
_NOT_ONE: set[str] = set()  # of the characters that were met, those that fold to none or to several
