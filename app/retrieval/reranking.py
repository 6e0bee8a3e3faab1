"""A second look at the best of what a search found, by a model that reads question and passage together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from app.retrieval.passages import Passage

_LOOKED_AT = 24  # each is a pass through the whole model


class Reranker(Protocol):
    """Says how well texts answer a question; safe to share between threads."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers, 0 to 1, in their order.

        :raises AppError: the model cannot be opened, or gives no such numbers.
        """


def rerank(reranker: Reranker, question: str, passages: Sequence[Passage]) -> list[Passage]:
    """``passages``, which come best first, with the re-ranker's part in the scores of the best; best first by it.

    Those that it did not look at stay behind.
    """
    best = passages[:_LOOKED_AT]
    said = reranker.scores(question, [passage.text for passage in best])
    looked_at = [
        replace(passage, score=replace(passage.score, reranked=score))
        for passage, score in zip(best, said, strict=True)
    ]
    return [*sorted(looked_at, key=lambda passage: -passage.score.total), *passages[_LOOKED_AT:]]
