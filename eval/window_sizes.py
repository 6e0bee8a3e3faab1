"""How many sentences to embed at once: ``python -m eval.window_sizes --data DIR [--every 3]``.

Every passage of a BEIR folder is rated for every question asked, as the search rates its candidates: so that the sizes
are told apart by what embedding makes of them, and not by what was found to be rated.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.phases import shown_phases
from app.retrieval.asked import Asked
from app.retrieval.rating import Candidate, rate
from app.settings import load_settings
from eval.beir import BeirSet, Document, Query, read_beir
from eval.ranking import Judged, reciprocal_rank
from ingest.chunk_embedding import Wording, embed_chunks
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import open_centred_embedder
from ingest.sentences import split_sentences

_SIZES = (1, 40, 48, 56, 64, 96, 128, 400)  # 1: each sentence alone; 400: each passage whole
_LANGUAGE = "en"  # where the data says nothing


def main(
    data: Annotated[Path, typer.Option(help="A BEIR folder.")],
    every: Annotated[int, typer.Option(help="Ask one question in so many.")] = 1,
) -> None:
    """Print a line for each size."""
    of = read_beir(data)
    queries = of.queries[::every]
    embedder = open_centred_embedder(load_settings(), "bulk")
    for size in _SIZES:
        first, five = _recalls(embedder, of, queries, size)
        typer.echo(f"about {size:3d} tokens: first {first:.3f}, first five {five:.3f} of {len(queries)} questions")


def _recalls(embedder: CentredEmbedder, of: BeirSet, queries: Sequence[Query], size: int) -> tuple[float, float]:
    """Means over the questions' languages of recall among the first and the first five."""
    import numpy as np

    candidates = _candidates(embedder, of.documents, size)
    found: dict[str, list[tuple[float, float]]] = {}
    with shown_phases() as phases, phases.phase(f"about {size} tokens") as show:
        for done, query in enumerate(queries, 1):
            ratings = rate(Asked.of(query.text, _of(query), embedder), candidates)
            order = np.argsort([-rating.score.total for rating in ratings])
            ranked = [of.documents[row].id for row in order[:5]]
            found.setdefault(_of(query), []).append(_hits(ranked, of.judged[query.id]))
            show(done, len(queries))
    means = np.mean([np.mean(hits, axis=0) for hits in found.values()], axis=0)
    return float(means[0]), float(means[1])


def _candidates(embedder: CentredEmbedder, documents: Sequence[Document], size: int) -> list[Candidate]:
    texts = [[d.text[start:end] for start, end in split_sentences(d.text)] or [d.text] for d in documents]
    wordings = [Wording(_of(d), d.title, units) for d, units in zip(documents, texts, strict=True)]
    made, _ = embed_chunks(embedder, wordings, size)
    return [Candidate(of.units, of.language, vectors) for of, vectors in zip(wordings, made, strict=True)]


def _hits(ranked: Sequence[str], judged: Judged) -> tuple[float, float]:
    return float(reciprocal_rank(ranked, judged, 1) > 0), float(reciprocal_rank(ranked, judged, 5) > 0)


def _of(each: Query | Document) -> str:
    return each.language or _LANGUAGE


if __name__ == "__main__":
    typer.run(main)
