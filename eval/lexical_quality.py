"""How well the lexical index finds what answers a question: ``python -m eval.lexical_quality --data DIR``.

``DIR`` is a BEIR folder, or holds one for each language; all of them go into one index, as in a company's papers.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.beir import beir_folders, read_beir
from eval.errors import EvalUserError
from eval.lexical_engines import ENGINES, Engine
from eval.ranking import DEPTH, Judged, reciprocal_rank
from ingest.lexical import Entry


@dataclass(frozen=True, slots=True)
class Figures:
    """Fractions from 0 to 1 over the queries of one language."""

    queries: int
    recall_at_1: float
    recall_at_5: float
    mrr_at_10: float


def measure(data: Path, engine: str) -> dict[str, Figures]:
    """The figures of each language of queries.

    :raises EvalUserError: there is no BEIR folder, or it is not one.
    """
    sets = {folder: read_beir(folder) for folder in beir_folders(data).values()}
    found: dict[str, list[tuple[list[str], Judged]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as place:
        index: Engine = ENGINES[engine](Path(place))
        for folder, of in sets.items():
            index.write([Entry(each.id, each.language or folder.name, each.text) for each in of.documents])
        for folder, of in sets.items():
            for query in of.queries:
                language = query.language or folder.name
                found[language].append((index.search(query.text, language, DEPTH), of.judged[query.id]))
        index.close()
    return {language: _figures(hits) for language, hits in sorted(found.items())}


def _figures(found: Sequence[tuple[Sequence[str], Judged]]) -> Figures:
    first, five, ten = ([reciprocal_rank(hits, judged, k) for hits, judged in found] for k in (1, 5, DEPTH))
    return Figures(
        queries=len(found),
        recall_at_1=statistics.fmean(first),
        recall_at_5=statistics.fmean(rank > 0 for rank in five),
        mrr_at_10=statistics.fmean(ten),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--data", type=Path, required=True, help="A BEIR folder, or a folder with one for each language."
    )
    parser.add_argument("--engine", choices=list(ENGINES), default="in-use")
    options = parser.parse_args()
    try:
        by_language = measure(options.data, options.engine)
    except EvalUserError as error:
        sys.exit(str(error))
    rows = [*by_language.items(), ("mean", _mean(list(by_language.values())))]
    sys.stdout.write("| language | queries | R@1 | R@5 | MRR@10 |\n|---|---|---|---|---|\n")
    for language, figures in rows:
        sys.stdout.write(
            f"| {language} | {figures.queries} | {figures.recall_at_1:.3f} | {figures.recall_at_5:.3f}"
            f" | {figures.mrr_at_10:.3f} |\n"
        )


def _mean(all_figures: list[Figures]) -> Figures:
    return Figures(
        queries=sum(figures.queries for figures in all_figures),
        recall_at_1=statistics.fmean(figures.recall_at_1 for figures in all_figures),
        recall_at_5=statistics.fmean(figures.recall_at_5 for figures in all_figures),
        mrr_at_10=statistics.fmean(figures.mrr_at_10 for figures in all_figures),
    )


if __name__ == "__main__":
    main()
