"""All the ways in which a text can be read: as it stands, and with each disguise taken off."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

import regex

from guardrails.folding import fold
from guardrails.injection.encodings import decodings
from guardrails.injection.hidden import hidden_texts
from guardrails.injection.homoglyphs import look_alikes_read

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_JOINERS = re.compile("[\u200b\u2060\ufeff\u00ad]")
_DIGITS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i", "|": "i"}
_LEET = (_DIGITS, _DIGITS | {"1": "l", "|": "l", "!": "l"})
_WORD = re.compile(r"[\w@$!|]{2,60}")
_SPACED = regex.compile(
    r"(?<![\p{L}\p{M}\p{N}])(?:[\p{L}\p{N}]\p{M}*[ .\-_*·|/]{1,3}){4,}[\p{L}\p{N}]\p{M}*(?![\p{L}\p{M}\p{N}])"
)
_LONGEST = 20_000  # of a decoded or uncovered text; the text itself is read whole


@dataclass(frozen=True, slots=True)
class Reading:
    """A text folded for look-up."""

    text: str
    disguise: str  # empty for the text as it stands
    joined: bool = False  # the borders of words are lost


def readings(text: str) -> list[Reading]:
    """The text as it stands, then what it is under each disguise that it may wear."""
    plain = folded(text)
    found = [Reading(plain, ""), *_undisguised(text)]
    for disguise, inner in (*hidden_texts(text), *decodings(text)):
        short = inner[:_LONGEST]
        found.append(Reading(folded(short), disguise))
        if disguise not in ("rot13", "reversed"):
            found += _undisguised(short)
    first: dict[tuple[str, bool], Reading] = {}
    for reading in found:
        first.setdefault((reading.text, reading.joined), reading)
    return list(first.values())


def folded(text: str) -> str:
    """Lower case, without accents and invisible characters, one space between words; folding again changes nothing."""
    low = fold(_INVISIBLE.sub("", text))
    if low.isascii():
        return low
    bare = unicodedata.normalize("NFC", "".join(_bare(char) for char in unicodedata.normalize("NFC", low)))
    return fold(bare)  # an accent that stood alone leaves a space beside another one


@lru_cache(maxsize=4096)
def _bare(char: str) -> str:
    """Without accents where they are often left out: Latin, Greek and Cyrillic."""
    if char.isascii() or (char >= "\u0530" and not "\u1e00" <= char < "\u2000"):
        return "" if "\u0300" <= char < "\u0370" else char
    return "".join(part for part in unicodedata.normalize("NFD", char) if not unicodedata.combining(part))


def _undisguised(text: str) -> Iterator[Reading]:
    for read in look_alikes_read(text):
        yield Reading(folded(read), "look-alike letters")
    if _JOINERS.search(text):  # they may stand inside words or between them
        yield Reading(folded(text), "invisible characters", joined=True)
        yield Reading(folded(_JOINERS.sub(" ", text)), "invisible characters")
    written = _WORD.findall(text)
    if any(map(_has_digits_for_letters, written)):
        for letters in _LEET:
            yield Reading(folded(_WORD.sub(partial(_with_letters, letters), text)), "digits for letters")
    if _SPACED.search(text):
        yield Reading(folded(text), "spaced letters", joined=True)


def _has_digits_for_letters(word: str) -> bool:
    """Whether a word mixes letters with the digits and signs that stand for some."""
    return any(map(str.isalpha, word)) and any(char in _DIGITS for char in word)


def _with_letters(letters: Mapping[str, str], word: re.Match[str]) -> str:
    text = word.group()
    return "".join(letters.get(char, char) for char in text) if _has_digits_for_letters(text) else text
