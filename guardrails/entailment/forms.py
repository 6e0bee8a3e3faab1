"""Look up many words and phrases in a folded text at once; every place where one stands is found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

Meaning = TypeVar("Meaning")
Found = TypeVar("Found", bound="tuple[Any, ...]")
Place = tuple[int, int]
# Chinese, Japanese and Thai put no spaces between words.
UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]")
# Arabic writes "and", "so", "with", "to", "like" and the article on the word itself.
_CLITICS = frozenset(
    f"{before}{article}" for before in ("", "و", "ف", "ب", "ل", "ك", "وب", "ول") for article in ("", "ال")
) | {"لل", "ولل"}
_LONGEST_CLITIC = 4
_SPACE, _ELSEWHERE, _IN_WORD, _ARABIC = " ", ".", "w", "a"
_WORD = _IN_WORD + _ARABIC
_BEGINNING = re.compile(rf"\{_ELSEWHERE}|(?<![{_WORD}])[{_WORD}]")
_NOWHERE = (-1, -1)
_KEY = 2  # characters by which forms are looked up


class Forms(Generic[Meaning]):
    """Folded forms with what they mean; a form that ends with ``*`` takes any ending."""

    def __init__(self, meanings: Mapping[str, Sequence[Meaning]]) -> None:
        self._whole = {form: found for form, found in meanings.items() if not form.endswith("*")}
        self._stems = {form.rstrip("*"): found for form, found in meanings.items() if form.endswith("*")}
        forms = [*self._whole, *self._stems]
        lengths: dict[str, set[int]] = {}
        for form in forms:
            lengths.setdefault(form[:_KEY], set()).add(len(form))
        for key in lengths:
            if key[0] in lengths:
                lengths[key].add(1)
        self._lengths = {key: sorted(found, reverse=True) for key, found in lengths.items()}

    def find(self, text: str) -> Iterator[tuple[int, int, Meaning]]:
        """Start, end and meaning of every form in the folded ``text``, by start, the longest form first."""
        words, flat = _words(text), text.replace("\n", " ")
        for start in words.starts:
            lengths = self._lengths.get(flat[start : start + _KEY]) or self._lengths.get(flat[start])
            if lengths:
                yield from self._at(flat, words.kinds, start, lengths)

    def _at(self, text: str, kinds: str, start: int, lengths: Sequence[int]) -> Iterator[tuple[int, int, Meaning]]:
        for length in lengths:
            end = start + length
            if end > len(text):
                continue
            form = text[start:end]
            if form in self._whole and _ends(kinds, end):
                yield from ((start, end, meaning) for meaning in self._whole[form])
            if form in self._stems:
                while end < len(text) and kinds[end] in _WORD:
                    end += 1
                yield from ((start, end, meaning) for meaning in self._stems[form])


def longest(found: Iterable[Found], group: Callable[[Found], Hashable] = lambda _: None) -> list[Found]:
    """Those that are not inside a longer one of their group, in their order.

    :param found: each with its start and end before anything else.
    """
    given = list(found)
    kept = set()
    reached: dict[Hashable, Place] = {}  # how far what began before goes, by group, and what went so far
    for at in sorted(range(len(given)), key=lambda at: (given[at][0], -given[at][1])):
        place, key = given[at][:2], group(given[at])
        if place[1] > reached.get(key, _NOWHERE)[1] or place == reached[key]:
            kept.add(at)
            reached[key] = place
    return [each for at, each in enumerate(given) if at in kept]


class _Words(NamedTuple):
    """Where forms may begin in a text, and what each of its characters is."""

    starts: Sequence[int]
    kinds: str  # of each character one of the four


@lru_cache(maxsize=1024)  # cues, countries, duties and comparisons are looked up in the same text
def _words(text: str) -> _Words:
    kinds = text.translate(_KINDS)
    starts = [match.start() for match in _BEGINNING.finditer(kinds)]
    if _ARABIC in kinds:
        inside = (at for at, kind in enumerate(kinds) if kind == _ARABIC and at and kinds[at - 1] in _WORD)
        starts = sorted([*starts, *(at for at in inside if _behind_clitic(text, kinds, at))])
    return _Words(starts, kinds)


def _behind_clitic(text: str, kinds: str, position: int) -> bool:
    start = position
    while start > 0 and position - start <= _LONGEST_CLITIC and kinds[start - 1] in _WORD:
        start -= 1
    return text[start:position] in _CLITICS


def _ends(kinds: str, end: int) -> bool:
    return end >= len(kinds) or kinds[end - 1] not in _WORD or kinds[end] not in _WORD


class _Kinds(dict[int, str]):
    """For :meth:`str.translate`: which characters are letters, digits or vowel signs of a writing with spaces."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        inside = character.isalnum() or unicodedata.category(character)[0] == "M"
        if not inside or UNSPACED.match(character):
            kind = _SPACE if character.isspace() else _ELSEWHERE
        else:
            kind = _ARABIC if "\u0620" <= character <= "\u06d3" else _IN_WORD
        self[code] = kind
        return kind


_KINDS = _Kinds()
