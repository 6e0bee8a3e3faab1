"""What each part of the retrieval score is worth on the golden questions."""

from __future__ import annotations

from urllib.parse import unquote

import typer

from app.retrieval.passages import Passage
from eval.golden_passages import search_golden
from eval.suites.golden import GoldenQuestion

_PASSAGES = 64
# name, weight of the chunk beside its best sentence, weight of the country
_VARIANTS = (
    ("sentence alone", 0.0, 0.0),
    ("0.3 chunk, 0.7 sentence", 0.3, 0.0),
    ("0.7 chunk, 0.3 sentence", 0.7, 0.0),
    ("chunk alone", 1.0, 0.0),
    ("0.3 chunk, 0.7 sentence, country 0.15", 0.3, 0.15),
    ("0.7 chunk, 0.3 sentence, country 0.10", 0.7, 0.10),
    ("0.7 chunk, 0.3 sentence, country 0.15", 0.7, 0.15),
    ("0.7 chunk, 0.3 sentence, country 0.25", 0.7, 0.25),
    ("chunk alone, country 0.15", 1.0, 0.15),
)


def print_ablation() -> None:
    """Document recall among the first one and three passages, for each variant of the score."""
    found = search_golden(_PASSAGES, answerable_only=True)
    typer.echo(f"{len(found)} answerable golden questions; document among the first one, three passages")
    for name, chunk, country in _VARIANTS:
        first = [_rank(golden, passages, chunk, country) for golden, passages in found]
        at_1, at_3 = (sum(rank < depth for rank in first) / len(first) for depth in (1, 3))
        typer.echo(f"{name:40s} {at_1:6.1%} {at_3:6.1%}")


def _rank(golden: GoldenQuestion, passages: list[Passage], chunk: float, country: float) -> int:
    """Position of the first passage of a right document under other weights; past the end when there is none."""

    def score(passage: Passage) -> float:
        parts = passage.score
        return chunk * parts.chunk + (1 - chunk) * parts.unit + country * parts.country

    ranked = sorted(passages, key=score, reverse=True)
    uris = [unquote(passage.chunk.version.uri) for passage in ranked]
    right = [at for at, uri in enumerate(uris) if any(uri.endswith("/" + path) for path in golden.documents)]
    return right[0] if right else len(passages)
