"""What each part of the retrieval score is worth on the golden questions."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

import typer

from app.retrieval.passages import Passage
from eval.golden_passages import search_golden
from eval.suites.golden import GoldenQuestion

_PASSAGES = 64
# name; weights of chunk, best sentence, tokens, country, words, own language, and title with headings
_VARIANTS = (
    ("sentence alone", 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    ("chunk alone", 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    ("tokens alone", 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0),
    ("0.7 chunk, 0.3 sentence", 0.7, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0),
    ("0.2 chunk, 0.1 sentence, 0.7 tokens", 0.2, 0.1, 0.7, 0.0, 0.0, 0.0, 0.0),
    ("0.2 chunk, 0.1 sentence, 0.7 tokens; country 0.08", 0.2, 0.1, 0.7, 0.08, 0.0, 0.0, 0.0),
    ("0.2 chunk, 0.1 sentence, 0.7 tokens; country 0.15", 0.2, 0.1, 0.7, 0.15, 0.0, 0.0, 0.0),
    ("0.2, 0.1, 0.7; country 0.08, words 0.16", 0.2, 0.1, 0.7, 0.08, 0.16, 0.0, 0.0),
    ("0.2, 0.1, 0.7; country 0.08, words 0.16, own language", 0.2, 0.1, 0.7, 0.08, 0.16, -0.13, 0.0),
    ("the same; title and headings 0.10", 0.2, 0.1, 0.7, 0.08, 0.16, -0.13, 0.1),
    ("the same; title and headings 0.15", 0.2, 0.1, 0.7, 0.08, 0.16, -0.13, 0.15),
    ("the same; title and headings 0.20", 0.2, 0.1, 0.7, 0.08, 0.16, -0.13, 0.2),
    ("tokens alone; country 0.08", 0.0, 0.0, 1.0, 0.08, 0.0, 0.0, 0.0),
)


def print_ablation() -> None:
    """Document recall among the first one and three passages, for each variant of the score."""
    found = search_golden(_PASSAGES, answerable_only=True)
    typer.echo(f"{len(found)} answerable golden questions; document among the first one, three passages")
    for name, *weights in _VARIANTS:
        first = [_rank(golden, passages, weights) for golden, passages in found]
        at_1, at_3 = (sum(rank < depth for rank in first) / len(first) for depth in (1, 3))
        typer.echo(f"{name:54s} {at_1:6.1%} {at_3:6.1%}")


def _rank(golden: GoldenQuestion, passages: list[Passage], weights: Sequence[float]) -> int:
    """Position of the first passage of a right document under other weights; past the end when there is none."""

    def score(passage: Passage) -> float:
        parts = passage.score
        values = (parts.chunk, parts.unit, parts.tokens, parts.country, parts.words, parts.own_language, parts.context)
        return sum(weight * value for weight, value in zip(weights, values, strict=True))

    ranked = sorted(passages, key=score, reverse=True)
    uris = [unquote(passage.chunk.version.uri) for passage in ranked]
    right = [at for at, uri in enumerate(uris) if any(uri.endswith("/" + path) for path in golden.documents)]
    return right[0] if right else len(passages)
