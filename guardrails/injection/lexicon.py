"""Words that attacks are made of, found in a folded text in every language at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import regex
from pydantic import field_validator, model_validator

from guardrails.injection.readings import Reading, folded
from guardrails.sections import Section
from guardrails.yamlfile import load_yaml

LEXICON_PATH = Path(__file__).with_name("lexicon.yaml")
MARKER = "marker"  # the name of the rule that the marks by which models tell roles apart break
_NEAR = 90  # characters between the first and the last part of an attack
_LEAST_JOINED = 5  # letters of a word that is looked for where borders are lost; shorter ones are everywhere
_KEY = 2  # letters by which entries are looked up
_WORD = r"[\p{L}\p{M}\p{N}]"
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}ー]"
# Where a word can begin: after something else than a letter, and anywhere in a writing without spaces.
_STARTS = regex.compile(rf"(?<!{_WORD})[\p{{L}}\p{{N}}]|{_UNSPACED}|(?<={_UNSPACED})[\p{{L}}\p{{N}}]")
# Which are written onto a word, in Arabic and in Hebrew
_PARTICLES = regex.compile(r"(?=\p{Arabic})[وف]?(?:[بك]?ال|لل|[بكل])?|(?=\p{Hebrew})[ושהבכלמ]{0,3}")
_NO_WORD = regex.compile(rf"(?:(?!{_WORD})[^\n])+")
_GOES_ON = regex.compile(rf"(?!{_UNSPACED}){_WORD}")
_ENDS_UNSPACED = regex.compile(rf"{_UNSPACED}\p{{M}}*$")
_SENTENCE_END = re.compile(r"[!?。！？؟।]+|\.(?=\s|$)")


class LexiconFile(Section):
    """``lexicon.yaml``: rules, marks of roles, and by language the words of each part."""

    rules: dict[str, list[tuple[str, ...]]]
    markers: list[str]
    words: dict[str, dict[str, tuple[str, ...]]]

    @field_validator("markers")
    @classmethod
    def _compile(cls, markers: list[str]) -> list[str]:
        for marker in markers:
            try:
                re.compile(marker)
            except re.error as error:
                raise ValueError(f"{marker!r} is no regular expression: {error}") from error
        return markers

    @model_validator(mode="after")
    def _parts_fit(self) -> LexiconFile:
        known = {part for parts in self.words.values() for part in parts}
        wanted = {part for ways in self.rules.values() for parts in ways for part in parts}
        if wanted != known:
            raise ValueError(f"rules and words do not fit: {', '.join(sorted(wanted ^ known))} is only in one of them")
        return self


class _Found(NamedTuple):
    start: int
    end: int
    part: str
    languages: int  # a bit for each


class _Entry(NamedTuple):
    literal: str
    whole: bool  # the word ends where the entry does
    inner: str  # a regular expression for an entry with a star inside, else empty
    part: str
    languages: int


class Lexicon:
    """Which rules a reading of a text breaks.

    :raises PolicyError: when the file is wrong, with its line.
    """

    def __init__(self, path: Path = LEXICON_PATH) -> None:
        file = load_yaml(path, LexiconFile)
        self.rules = (*file.rules, MARKER)
        self._ways = [(name, parts) for name, ways in file.rules.items() for parts in ways]
        self._markers = [re.compile(marker) for marker in file.markers]
        self._entries, self._joined = _indexed(file.words)

    def broken_rules(self, reading: Reading) -> frozenset[str]:
        """The names of the rules that ``reading`` breaks."""
        broken = {MARKER} if any(marker.search(reading.text) for marker in self._markers) else set()
        text = _NO_WORD.sub("" if reading.joined else " ", _SENTENCE_END.sub("\n", reading.text))
        starts: Iterable[int] = range(len(text)) if reading.joined else _starts(text)
        found = list(_found(text, starts, self._joined if reading.joined else self._entries))
        for sentence in _by_sentence(text, found):
            by_part: dict[str, list[_Found]] = defaultdict(list)
            for each in sentence:
                by_part[each.part].append(each)
            broken |= {name for name, parts in self._ways if name not in broken and _together(parts, by_part)}
        return frozenset(broken)


@cache
def lexicon() -> Lexicon:
    """The lexicon of this package, read once."""
    return Lexicon()


_Index = Mapping[str, list[_Entry]]


def _indexed(words: Mapping[str, Mapping[str, tuple[str, ...]]]) -> tuple[_Index, _Index]:
    """The entries by their first letters: for texts with words, and for such as have lost their borders."""
    bits = {language: 1 << at for at, language in enumerate(words)} | {"any": (1 << len(words)) - 1}
    merged: dict[tuple[str, str], int] = defaultdict(int)
    for language, parts in words.items():
        for part, entries in parts.items():
            for entry in entries:
                merged[folded(entry), part] |= bits[language]
    spaced: dict[str, list[_Entry]] = defaultdict(list)
    joined: dict[str, list[_Entry]] = defaultdict(list)
    for (entry, part), languages in merged.items():
        literal = _NO_WORD.sub(" ", entry.rstrip("*"))
        unspaced = _ENDS_UNSPACED.search(literal) is not None
        inner = _pattern(entry) if "*" in entry[:-1] else ""
        whole = not entry.endswith("*") and not unspaced
        spaced[literal[:_KEY]].append(_Entry(literal, whole, inner, part, languages))
        letters = literal.replace(" ", "")
        if not inner and (unspaced or len(letters) >= _LEAST_JOINED):
            joined[letters[:_KEY]].append(_Entry(letters, False, "", part, languages))
    return spaced, joined


def _pattern(entry: str) -> str:
    words = (_NO_WORD.sub(" ", word) for word in entry.split("*"))
    return f"{_WORD}*".join(map(regex.escape, words))


def _starts(text: str) -> Iterator[int]:
    for start in _STARTS.finditer(text):
        yield start.start()
        if particles := _PARTICLES.match(text, start.start()):
            yield from range(start.start() + 1, particles.end() + 1)


def _found(text: str, starts: Iterable[int], index: _Index) -> Iterator[_Found]:
    for start in starts:
        for literal, whole, inner, part, languages in index.get(text[start : start + _KEY], ()):
            if inner:
                match = regex.match(inner, text, pos=start)
                end = match.end() if match else 0
            else:
                end = start + len(literal) if text.startswith(literal, start) else 0
            if end and not (whole and _GOES_ON.match(text, end)):
                yield _Found(start, end, part, languages)


def _by_sentence(text: str, found: list[_Found]) -> Iterator[list[_Found]]:
    at = 0
    for end in [*(mark.start() for mark in re.finditer("\n", text)), len(text)]:
        first = at
        while at < len(found) and found[at].start < end:
            at += 1
        if at > first:
            yield found[first:at]


def _together(parts: tuple[str, ...], found: Mapping[str, list[_Found]], chosen: tuple[_Found, ...] = ()) -> bool:
    """Whether there is one of each part, apart from the others, near them and in one language."""
    if not parts:
        return True
    return any(_fits(each, chosen) and _together(parts[1:], found, (*chosen, each)) for each in found.get(parts[0], ()))


def _fits(new: _Found, chosen: tuple[_Found, ...]) -> bool:
    languages = new.languages
    for other in chosen:
        languages &= other.languages
        apart = new.start >= other.end or other.start >= new.end
        if not apart or max(new.end, other.end) - min(new.start, other.start) > _NEAR:
            return False
    return languages != 0
