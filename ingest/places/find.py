"""Find the countries that a text names.

Policies differ by country, and a question about Thailand is answered by the paper
for Thailand, however near the Dutch one is in meaning. Vectors see this badly and
words of different languages do not match, but countries have names in CLDR.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import regex

from ingest.places.gazetteer import NO_COUNTRY, Gazetteer, cities, first_words_of_cities, gazetteer

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*")  # a mark alone, as a damaged Arabic text has it, is none
_ORDER = re.compile(r"\b[A-Z]{2,4}-([A-Z]{2})(?:-\d{4,})?\b")
_DENSE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+")
_KATAKANA = re.compile(r"[\u30a1-\u30ff]")
_CASED = re.compile(r"[A-Za-zÀ-ɏͰ-ӿ]")
_INFLECTING = frozenset({"pl", "cs", "ru", "uk", "ro", "tr", "fi", "hu", "el", "de", "id"})
_MODEL = re.compile(r"[ -]?[A-Z]?\d")
_LONGEST_DENSE = 12
_MOST_WORDS = 4
_LEAST_STEM = 5
_LONGEST_ENDING = 4
_ARABIC_PREFIXES = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك")


def countries(text: str, language: str) -> Counter[str]:
    """How often ``text`` names each country, by ISO 3166-1 code.

    Counted are names, peoples and adjectives in the text's ``language``, cities in
    any script, and the country within an order number (``MV-DE-20481937``).
    """
    text = unicodedata.normalize("NFC", text)
    found: Counter[str] = Counter(code for code in _ORDER.findall(text) if code in _codes())
    names = gazetteer(language)
    for run in _DENSE.findall(text):
        found.update(_in_dense(run, names))
    spaced = _DENSE.sub(" ", text)
    words = list(_WORD.finditer(spaced))
    at = 0
    while at < len(words):
        if _tells_nothing(words[at].group(), language):
            at += 1
            continue
        # "Bruna B1" and "Klara 300" are products, whatever Bruna and Klara are besides
        product = _MODEL.match(spaced, words[at].end()) is not None
        phrase = [word.group() for word in words[at : at + _MOST_WORDS]]
        named, used = _at_word(phrase, names, language, may_be_city=not product)
        found.update(named)
        at += used
    del found[NO_COUNTRY]  # which a Counter need not have
    return found


@lru_cache(maxsize=50_000)
def _tells_nothing(word: str, language: str) -> bool:
    """Whether no name is this word or begins with it, whatever comes next: so it is with nearly all of them."""
    names = gazetteer(language)
    # Arabic leaves more out in front where the whole name is longer than this word.
    if any(form in names.first_words or form in first_words_of_cities() for form in (word, *_forms(word, shortest=0))):
        return False
    return not any(_at_word([word], names, language, may_be_city=True)[0])


def _at_word(words: list[str], names: Gazetteer, language: str, may_be_city: bool) -> tuple[tuple[str, ...], int]:
    """The countries named where these words begin (several where a city name is), and by how many words."""
    for count in range(len(words), 0, -1):
        phrase = " ".join(words[:count])
        for form in _forms(phrase):
            if form in names.names and (len(form) > 2 or phrase.isupper() or not _CASED.match(phrase)):
                return (names.names[form],), count
        if may_be_city and (phrase[0].isupper() or not _CASED.match(phrase)):
            for form in (phrase, *_forms(phrase)):
                if form in cities():
                    return cities()[form], count
    following = " ".join(words).casefold()
    for form in _forms(words[0]):
        stem = _longest_stem(form, following, names)
        if stem:
            return (stem,), 1
    if may_be_city and language in _INFLECTING and words[0][0].isupper():
        return _inflected_city(words[0]), 1
    return (), 1


def _longest_stem(form: str, following: str, names: Gazetteer) -> str | None:
    shortest = 2 if "\uac00" <= form[0] <= "\ud7af" else 3  # Korean writes 독일 in two syllables, with particles behind
    for end in range(len(form), shortest - 1, -1):
        if form[:end] in names.stems:
            return names.stems[form[:end]]
    phrase = next(filter(following.startswith, names.phrases), None)
    return names.stems[phrase] if phrase else None


def _inflected_city(word: str) -> tuple[str, ...]:
    for cut in range(1, _LONGEST_ENDING + 1):
        stem = word[:-cut]
        if len(stem) < _LEAST_STEM:
            return ()
        for name in (stem, *(stem + vowel for vowel in "aeoy")):
            if name in cities():
                return cities()[name]
    return ()


def _forms(phrase: str, shortest: int = 3) -> Iterator[str]:
    """The phrase as gazetteers write it, and without what Arabic writes in front.

    :param shortest: how many letters must be left then.
    """
    folded = phrase.casefold()
    yield folded
    if "\u0600" <= phrase[0] <= "\u06ff":
        bare = "".join(character for character in folded if not unicodedata.combining(character))
        if bare != folded:
            yield bare
        for prefix in _ARABIC_PREFIXES:
            if bare.startswith(prefix) and len(bare) - len(prefix) >= shortest:
                yield bare[len(prefix) :]
                yield "ال" + bare[len(prefix) :]


def _in_dense(run: str, names: Gazetteer) -> Iterator[str]:
    """Names inside a run of a script without spaces, longest first, none inside a longer katakana word."""
    at = 0
    while at < len(run):
        if run[at : at + 2] not in names.beginnings:
            at += 1
            continue
        for length in range(min(_LONGEST_DENSE, len(run) - at), 1, -1):
            part = run[at : at + length]
            country = names.names.get(part) or names.stems.get(part)
            named = (country,) if country else cities().get(part, ())
            if named and not _inside_katakana(run, at, length):
                yield from named
                at += length - 1
                break
        at += 1


def _inside_katakana(run: str, start: int, length: int) -> bool:
    before, after = run[start - 1 : start], run[start + length : start + length + 1]
    first, last = run[start], run[start + length - 1]
    return bool(
        (_KATAKANA.match(first) and before and _KATAKANA.match(before))
        or (_KATAKANA.match(last) and after and _KATAKANA.match(after))
    )


def _codes() -> frozenset[str]:
    return frozenset(gazetteer("en").names.values())
