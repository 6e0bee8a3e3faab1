"""Names and addresses in English texts, by a linear classifier of each word and its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guardrails.personal.features import columns_of
from guardrails.personal.spans import ADDRESS, PERSON, PersonalSpan
from guardrails.personal.words import Word, words_of

# The fit: weights of shape (classes, buckets), float16, and the bias of each class. Fitted by
# ``polydesk eval fit-personal`` on presidio-research's synthetic texts (MIT) the sample's English documents
# and ``eval/ordinary_english.txt``.
TAGGER_PATH = Path(__file__).with_name("tagger.npz")
CLASSES = ("", PERSON, ADDRESS, "PLACE", "ORGANIZATION")
_LEAST = {PERSON: 0.4, ADDRESS: 0.4}  # probability of a word
_WIDEST_GAP = 12  # characters between two words of one address: line breaks and indents
_LATER_LINE = re.compile(r"(?<=\n)[^\n]+")
_OF_A_LINE = 8  # words: a name of four, and as many behind it as are looked at and one more
_MARKS_INSIDE = frozenset(".,-’'/#")


class NameTagger:
    """Finds names and addresses in English texts with plain digits."""

    def __init__(self) -> None:
        self._weights, self._bias = _fit()

    def find(self, text: str) -> list[PersonalSpan]:
        """Where a name or an address stands, each with the mean probability of its words.

        A line that begins with a name is looked at by itself, too: what stands in the line above says nothing of it.
        """
        found = self._found(text)
        begun = (each for each in self._at_line_starts(text) if not any(_overlap(each, other) for other in found))
        return [*found, *begun]

    def _at_line_starts(self, text: str) -> Iterator[PersonalSpan]:
        for line in _LATER_LINE.finditer(text):
            words = words_of(line[0])[:_OF_A_LINE]
            for span in self._found(line[0][: words[-1].end]) if words else ():
                if span.type == PERSON and span.start == words[0].start:
                    yield replace(span, start=line.start() + span.start, end=line.start() + span.end)

    def _found(self, text: str) -> list[PersonalSpan]:
        words = words_of(text)
        if not words:
            return []
        probabilities = self._probabilities(text, words)
        tags = [_tag(row) for row in probabilities]
        found = []
        for kind in (PERSON, ADDRESS):
            column = CLASSES.index(kind)
            for first, last in _runs(text, words, tags, kind):
                if kind == ADDRESS and not _is_whole(words[first : last + 1]):
                    continue
                score = float(probabilities[first : last + 1, column].mean())
                # What stands here is likelier than not personal: the words' own thresholds have said so.
                found.append(PersonalSpan(words[first].start, words[last].end, kind, max(0.5, min(0.8, score))))
        return found

    def _probabilities(self, text: str, words: Sequence[Word]) -> NDArray[Any]:
        """Shape (words, classes)."""
        columns = columns_of(text, words)
        logits = np.stack([self._weights[row].sum(axis=0) for row in columns]) + self._bias
        grown = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def _overlap(one: PersonalSpan, other: PersonalSpan) -> bool:
    return one.start < other.end and other.start < one.end


def _tag(row: NDArray[Any]) -> str:
    likely = {kind: row[CLASSES.index(kind)] for kind in _LEAST}
    kind = max(likely, key=lambda each: likely[each])
    return kind if likely[kind] >= _LEAST[kind] else CLASSES[int(row.argmax())]


def _is_whole(words: Sequence[Word]) -> bool:
    """Whether there is a word and a number: either alone may be anything."""
    return any(word.text.isdigit() for word in words) and any(word.capital for word in words)


def _runs(text: str, words: Sequence[Word], tags: Sequence[str], kind: str) -> list[tuple[int, int]]:
    """First and last word of each name or address; an address goes on over marks, places and line breaks."""
    runs: list[tuple[int, int]] = []
    inside = {kind, "PLACE"} if kind == ADDRESS else {kind}
    for at, tag in enumerate(tags):
        if tag != kind or not (words[at].text[0].isalnum()):
            continue
        if runs and _joins(text, words, tags, runs[-1][1], at, inside):
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs


def _joins(text: str, words: Sequence[Word], tags: Sequence[str], last: int, at: int, inside: set[str]) -> bool:
    """Whether nothing stands between two words but what may stand inside a name or an address."""
    for left in range(last, at):
        gap = text[words[left].end : words[left + 1].start]
        if len(gap) > _WIDEST_GAP or (len(inside) == 1 and gap not in ("", " ", "  ")):
            return False
    between = range(last + 1, at)
    if len(inside) == 1:  # a name: only the dot of an initial, a hyphen, an apostrophe
        return all(words[each].text in ".-’'" for each in between)
    return all(words[each].text in _MARKS_INSIDE or tags[each] in inside for each in between)


@lru_cache(maxsize=1)
def _fit() -> tuple[NDArray[Any], NDArray[Any]]:
    """Weights of shape (buckets, classes) and the bias of each class."""
    with np.load(TAGGER_PATH) as held:
        return np.ascontiguousarray(held["weights"].T.astype(np.float32)), held["bias"].astype(np.float32)
