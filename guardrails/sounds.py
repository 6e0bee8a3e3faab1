"""Names in two writings: whether Иван Петров, ジョンソン or 王伟 may be Ivan Petrov, Johnson or Wei Wang.

Words are put into Latin letters (anyascii), spelled in one way, and held against each other by their consonants, in
seven kinds, as vowels are heard differently everywhere; their letters must be much alike, too. Japanese readings of
Chinese characters are not known.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from anyascii import anyascii

_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'’]+")
# Greek, Cyrillic, Hebrew and Arabic; Indic and Thai with their vowel signs; Katakana; Hangul
_OTHER_WORD = re.compile(
    r"[\u0370-\u06ff\u1f00-\u1fff]{2,}|[\u0900-\u0e7f\u200d]{2,}|[\u30a1-\u30fa\u30fc-\u30ff]{2,}|[\uac00-\ud7af]{2,}"
)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,}")
_KATAKANA, _HANGUL = re.compile(r"[\u30a1-\u30ff]"), re.compile(r"[\uac00-\ud7af]")
_SHORT_VOWELS_LEFT_OUT = re.compile(r"[\u0590-\u07ff]")  # Hebrew and Arabic
_SILENT = re.compile("[っッー]")  # what only lengthens
_ENDS_IN_A = "ةهה"
_VAV = "ו"  # a v, or a vowel
_PARTICLES = tuple("은는이가을를의에로와과도만")  # that Korean writes on a name
_SHORTEST = 3  # characters of Katakana before what a name is compounded with: スタンダードプラン
_UNHEARD_R = re.compile("r(?![aeiou])")  # by Japanese ears
_LONG_VOWELS = str.maketrans("yw", "iu")  # as Arabic writes them
_SPELLING = (
    ("sch", "s"),
    ("sh", "s"),
    ("ch", "s"),
    ("ts", "s"),
    ("ph", "p"),
    ("ck", "k"),
    ("kh", "k"),
    ("qu", "k"),
    ("x", "ks"),
)
_GLIDE = re.compile("iy(?=[aou])")  # ジョ is jo
_SOFT_C = re.compile("c(?=[eiy])")
_KINDS = str.maketrans(
    {"z": "s", "j": "s", "g": "k", "q": "k", "c": "k", "b": "p", "f": "p", "v": "p", "d": "t", "l": "r"}
)
_SILENT_H = re.compile("(?<=[aeiou])h(?![aeiouy])")
_DOUBLED = re.compile(r"(.)\1+")
_CONSONANT = re.compile("[skptrmn]|(?<![a-z])h|(?<=[aeiouy])h(?=[aeiouy])")
_WRITTEN_CONSONANT = re.compile("[skptrmnh]")
_LEAST = 3  # consonants that tell a word, or letters where all are the same
_LONG = 4  # consonants of which one may differ
_STEM, _ENDING = 4, 2  # letters of a name, and in which its cases differ: Иван, Ивану
_ALIKE = 0.65  # share of letters, vowels included
_NEARLY = 0.85  # of which no more needs to be known


def is_heard(name: str, text: str) -> bool:
    """Whether every word of a name stands in the text, in the other writing: the one in Latin letters, the other not.

    >>> is_heard("Ivan Petrov", "Обращайтесь к Ивану Петрову."), is_heard("Wei Wang", "请联系王伟。")
    (True, True)
    """
    latin: list[str] = _LATIN_WORD.findall(name)
    other: list[str] = _OTHER_WORD.findall(name)
    if other:
        there = [word for word in _LATIN_WORD.findall(text) if word[0].isupper()]
        return not latin and all(any(sounds_like(each, word) for each in there) for word in other)
    if not latin:
        return False
    there = _OTHER_WORD.findall(text)
    return all(any(sounds_like(word, each) for each in there) for word in latin) or _in_syllables(latin, text)


@lru_cache(maxsize=65536)
def sounds_like(name: str, word: str) -> bool:
    """Whether ``word``, in another writing, may be the sound of ``name``, a word in Latin letters."""
    low = name.lower()
    # In Polish and German a w is a v, in German a j is a y.
    ways = {_heard(low), _heard(low.replace("w", "v")), _heard(low.replace("j", "y"))}
    if _SHORT_VOWELS_LEFT_OUT.search(word):
        bare = word.rstrip(_ENDS_IN_A)
        forms = {_heard(bare), _heard(bare.replace(_VAV, ""))}
        return any(_alike_unvowelled(way, form) for way in ways for form in forms)
    if _KATAKANA.match(word):
        ways |= {_heard(_UNHEARD_R.sub("", low)), _heard(low.replace("th", "s"))}
        return any(_alike(way, _heard(word[:end])) for end in range(_SHORTEST, len(word) + 1) for way in ways)
    without = [word[:-1]] if _HANGUL.match(word) and len(word) > 2 and word.endswith(_PARTICLES) else []
    return any(_alike(way, _heard(form)) for form in (word, *without) for way in ways)


def _in_syllables(name: Sequence[str], text: str) -> bool:
    """Whether the name, either way round, stands in a writing of syllables without spaces: Chinese, or Korean."""
    runs: list[str] = [*_HAN.findall(text), *(word for word in _OTHER_WORD.findall(text) if _HANGUL.match(word))]
    wanted = [_heard("".join(words)) for words in (name, name[::-1])]
    return len(name) > 1 and any(each in _heard(run) for each in wanted if len(each) > _LONG for run in runs)


def _alike_unvowelled(written: str, heard: str) -> bool:
    consonants = "".join(_WRITTEN_CONSONANT.findall(heard))
    if len(consonants) < _LEAST or consonants != _consonants(written):
        return False
    return len(consonants) >= _LONG or _ratio(written, heard.translate(_LONG_VOWELS)) >= _ALIKE


def _alike(one: str, other: str) -> bool:
    if one == other:
        return len(one) >= _LEAST
    short, long = sorted((one, other), key=len)
    if len(short) >= _STEM and long.startswith(short) and len(long) - len(short) <= _ENDING:
        return True
    if len(long) >= _STEM and _ratio(one, other) >= _NEARLY:
        return True
    first, second = _consonants(one), _consonants(other)
    least = min(len(first), len(second))
    if least < _LEAST or (first != second and (least < _LONG or not _one_apart(first, second))):
        return False
    return _ratio(one, other) >= _ALIKE


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _one_apart(one: str, other: str) -> bool:
    """Whether one letter is more, less or another."""
    short, long = sorted((one, other), key=len)
    at = next((at for at, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]), len(short))
    return long[at + 1 :] in (short[at:], short[at + 1 :]) and len(long) - len(short) <= 1


@lru_cache(maxsize=65536)
def _heard(word: str) -> str:
    """In Latin letters, spelled in one way."""
    letters = anyascii(_SILENT.sub("", unicodedata.normalize("NFC", word))).lower()
    letters = _GLIDE.sub("", letters) if _KATAKANA.match(word) else letters
    for spelled, heard in _SPELLING:
        letters = letters.replace(spelled, heard)
    heard = _SILENT_H.sub("", _SOFT_C.sub("s", letters).translate(_KINDS))
    return heard if _SHORT_VOWELS_LEFT_OUT.search(word) else _DOUBLED.sub(r"\1", heard)


def _consonants(heard: str) -> str:
    return "".join(_CONSONANT.findall(heard))
