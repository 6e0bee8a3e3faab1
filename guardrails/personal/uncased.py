"""Names in writings without capitals: two words beside each other that are both in the lists of names.

One such word alone is mostly an ordinary one ("light", "beauty", "development"), two in a row rarely are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from guardrails.folding import fold
from guardrails.personal.words import Word, family_names, given_names, words_of

_WRITING = regex.compile(r"[\p{Arabic}\p{Devanagari}\p{Hebrew}]")
_CLITICS = "ولبفك"  # "and", "to", "with", "so", "as" are written on the name itself
_LEAST_BEHIND_CLITIC = 3  # letters
_NISBA = regex.compile("ال[\u0621-\u064a]{3,}ي")  # what a family is called after: السبيعي
_LINKS = frozenset(map(fold, ("بن", "ابن", "بنت", "عبد", "أبو", "آل", "בן", "בת")))
_SERVANT = fold("عبد")  # begins a name
_ARTICLE = "ال"
_MOST_WORDS = 4


def uncased_names(text: str) -> Iterator[tuple[int, int]]:
    """Where they stand."""
    if not _WRITING.search(text):
        return
    words = words_of(text)
    at = 0
    while at < len(words):
        last = _last(text, words, at) if _begins(words[at]) else at
        if last > at:
            yield words[at].start, words[last].end
        at = last + 1


def _begins(word: Word) -> bool:
    key = fold(word.text)
    if not key or not _WRITING.match(key):
        return False
    if key == _SERVANT or key in given_names():
        return True
    clitics = next((at for at, letter in enumerate(key) if letter not in _CLITICS), 0)
    bare = (key[at:] for at in range(1, min(clitics, 2) + 1))
    return any(len(part) >= _LEAST_BEHIND_CLITIC and part in given_names() for part in bare)


def _last(text: str, words: Sequence[Word], first: int) -> int:
    """The last word of the name that begins with ``words[first]``."""
    last = first
    while last + 1 < len(words) and last - first + 1 < _MOST_WORDS:
        following = words[last + 1]
        key = fold(following.text)
        servant = fold(words[last].text) == _SERVANT and key.startswith(_ARTICLE)  # عبد الله, عبد الرحمن
        if text[words[last].end : following.start] != " " or not (servant or _goes_on(key)):
            break
        last += 1
    while last > first and fold(words[last].text) in _LINKS:
        last -= 1
    return last


def _goes_on(key: str) -> bool:
    return key in given_names() or key in family_names() or key in _LINKS or bool(_NISBA.fullmatch(key))
