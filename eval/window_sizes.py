"""How many sentences to embed at once: ``python -m eval.window_sizes --data DIR [--every 3]``.

Every passage of a BEIR folder is scored for every question asked, with exact token states, the weights of the
retrieval score for chunk, sentence, tokens and own language, and nothing else; so that the sizes are told apart by what
embedding makes of them alone. A passage's own vector is that of its windows together, its title's beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.retrieval.scoring import CHUNK_WEIGHT, OWN_LANGUAGE_WEIGHT, TOKENS_WEIGHT, UNIT_WEIGHT
from app.settings import load_settings
from eval.beir import BeirSet, Document, Query, read_beir
from eval.phases import shown_phases
from eval.ranking import Judged, reciprocal_rank
from ingest.chunk_vectors import CONTEXT_WEIGHT
from ingest.embedding.centring import CentredEmbedder
from ingest.embedding.windows import Window, WindowVectors, encode_windows, windows
from ingest.knowledge import open_centred_embedder
from ingest.sentences import split_sentences

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.embedding.base import Vectors

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

    passages = _encoded(embedder, of.documents, size)
    asked = embedder.encode([query.text for query in queries], [_of(query) for query in queries], "query")
    found: dict[str, list[tuple[float, float]]] = {}
    with shown_phases() as phases, phases.phase(f"about {size} tokens") as show:
        for at, query in enumerate(queries):
            scores = _scores(passages, asked.vectors[at], asked.states[at])
            scores += OWN_LANGUAGE_WEIGHT * np.array([_of(document) == _of(query) for document in of.documents])
            ranked = [of.documents[row].id for row in np.argsort(-scores)[:5]]
            found.setdefault(_of(query), []).append(_hits(ranked, of.judged[query.id]))
            show(at + 1, len(queries))
    means = np.mean([np.mean(hits, axis=0) for hits in found.values()], axis=0)
    return float(means[0]), float(means[1])


def _hits(ranked: Sequence[str], judged: Judged) -> tuple[float, float]:
    return float(reciprocal_rank(ranked, judged, 1) > 0), float(reciprocal_rank(ranked, judged, 5) > 0)


def _of(each: Query | Document) -> str:
    return each.language or _LANGUAGE


def _encoded(embedder: CentredEmbedder, documents: Sequence[Document], size: int) -> list[list[WindowVectors]]:
    """Each document's title, where it has one, and then its windows."""
    texts = [[d.text[start:end] for start, end in split_sentences(d.text)] or [d.text] for d in documents]
    tokens = iter(embedder.count_tokens([unit for units in texts for unit in units]))
    cut: list[list[Window]] = [
        [(document.title,), *windows(units, list(islice(tokens, len(units))), size)]
        for document, units in zip(documents, texts, strict=True)
    ]
    languages = [_of(document) for document, of in zip(documents, cut, strict=True) for _ in of]
    made = iter(encode_windows(embedder, [window for of in cut for window in of], languages))
    return [list(islice(made, len(of))) for of in cut]


def _scores(passages: Sequence[Sequence[WindowVectors]], vector: Vectors, states: Vectors) -> NDArray[np.float64]:
    import numpy as np

    return np.array([_score(title, body, vector, states) for title, *body in passages])


def _score(title: WindowVectors, body: Sequence[WindowVectors], vector: Vectors, states: Vectors) -> float:
    import numpy as np

    weights = [1 + sum(map(len, window.states)) for window in body]
    whole = np.average([window.vector for window in body], axis=0, weights=weights)
    whole = whole / np.linalg.norm(whole)
    named = len(title.states[0]) > 0
    if named:
        whole = whole + CONTEXT_WEIGHT * title.vector
    units = np.concatenate([window.units for window in body])
    tokens = np.concatenate([rows for window in ([title] if named else []) + list(body) for rows in window.states])
    return float(
        CHUNK_WEIGHT * (whole @ vector) / np.linalg.norm(whole)
        + UNIT_WEIGHT * (units @ vector).max()
        + TOKENS_WEIGHT * (states @ tokens.T).max(axis=1).mean()
    )


if __name__ == "__main__":
    typer.run(main)
