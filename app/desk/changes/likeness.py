"""How alike lines of two versions are: by their words, and by the centred vectors of the model that searches."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.desk.changes.lines import Line
from app.desk.changes.marks import tokens

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors
    from ingest.embedding.centring import CentredEmbedder

EmbedLines = Callable[[Sequence[str], Sequence[str]], "Vectors"]  # of texts, each in its language: rows of length 1

LEAST = 0.5  # below, two lines are two rules, one gone and one new
_CLEAR = 0.75  # by words alone, above which no vector is asked
_MOST_EMBEDDED = 400  # of lines that are left; where more are, a text was written anew, and vectors would take minutes
_MANY_PAIRS = 20_000
_NEARBY = 0.1  # of the text, as far as a line of one that was written anew may have moved
_SAME_SECTION = 0.08
_OTHER_ROW = 0.35  # less for two rows of a table that are about two things


def embed_lines(model: Callable[[], CentredEmbedder]) -> EmbedLines:
    """Centred vectors by a model that is opened when words do not tell."""

    def embed(texts: Sequence[str], languages: Sequence[str]) -> Vectors:
        return model().embed(texts, languages, "passage")

    return embed


def word_likeness(first: Line, second: Line) -> float:
    """Share of the words that both have in one order, 0 to 1; all amounts are one word, as are all deadlines."""
    mine = [token.key for token in tokens(first.text, first.language)]
    theirs = [token.key for token in tokens(second.text, second.language)]
    return difflib.SequenceMatcher(None, mine, theirs, autojunk=False).ratio() if mine and theirs else 0.0


def likenesses(old: Sequence[Line], new: Sequence[Line], embed: EmbedLines | None) -> list[list[float]]:
    """How alike each line of ``old`` is to each of ``new``, 0 to about 1; -1 where they cannot be one rule.

    :param embed: asked only where words leave it open.
    """
    near = _nearby(len(old), len(new))
    words = [[word_likeness(a, b) if near(i, j) else -1.0 for j, b in enumerate(new)] for i, a in enumerate(old)]
    cosines, texts = None, [*old, *new]
    is_clear = all(max(row, default=1.0) >= _CLEAR for row in words)
    if embed is not None and not is_clear and len(texts) <= _MOST_EMBEDDED:
        vectors = embed([line.text for line in texts], [line.language for line in texts])
        cosines = vectors[: len(old)] @ vectors[len(old) :].T
    return [
        [_rated(a, b, words[i][j], None if cosines is None else float(cosines[i, j])) for j, b in enumerate(new)]
        for i, a in enumerate(old)
    ]


def _nearby(old: int, new: int) -> Callable[[int, int], bool]:
    """Which pairs are looked at: all of them, unless they are so many that nobody would wait for it."""
    if old * new <= _MANY_PAIRS:
        return lambda _i, _j: True
    return lambda i, j: abs(i / old - j / new) <= _NEARBY


def _rated(first: Line, second: Line, words: float, cosine: float | None) -> float:
    if words < 0 or (first.kind == "heading") != (second.kind == "heading"):
        return -1.0
    score = words if cosine is None else max(words, (words + cosine) / 2)
    score += _SAME_SECTION if first.heading == second.heading else 0.0
    return score - (_OTHER_ROW if first.row_key and second.row_key and first.row_key != second.row_key else 0.0)
