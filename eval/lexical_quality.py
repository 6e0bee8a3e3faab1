"""How well the lexical index finds what answers a question: ``python -m eval.lexical_quality --data DIR``.

``DIR`` is a BEIR folder, or holds one for each language; all of them go into one index, as in a company's papers.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import EvalUserError
from eval.lexical_engines import ENGINES, Engine
from ingest.lexical import Entry

_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """Fractions from 0 to 1 over the queries of one language."""

    queries: int
    recall_at_1: float
    recall_at_5: float
    mrr_at_10: float


def measure(data: Path, engine: str) -> dict[str, Figures]:
    """The figures of each language of queries.

    :raises EvalUserError: there is no BEIR folder.
    """
    folders = [corpus.parent for corpus in sorted({*data.glob("corpus.jsonl"), *data.glob("*/corpus.jsonl")})]
    if not folders:
        raise EvalUserError(
            f"{data} holds no corpus.jsonl, nor do its folders: name a BEIR folder, or a folder of them"
        )
    ranks: dict[str, list[int | None]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as place:
        index: Engine = ENGINES[engine](Path(place))
        for folder in folders:
            index.write([_entry(folder, line) for line in _lines(folder / "corpus.jsonl")])
        for folder in folders:
            right = _right_answers(folder / "qrels" / "test.tsv")
            for query in _lines(folder / "queries.jsonl"):
                language = query.get("metadata", {}).get("language", folder.name)
                hits = index.search(query["text"], language, _DEPTH)
                wanted = [hits.index(id) + 1 for id in right[query["_id"]] if id in hits]
                ranks[language].append(min(wanted, default=None))
        index.close()
    return {language: _figures(found) for language, found in sorted(ranks.items())}


def _entry(folder: Path, line: dict[str, Any]) -> Entry:
    return Entry(line["_id"], line.get("metadata", {}).get("language", folder.name), line["text"])


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _right_answers(path: Path) -> dict[str, set[str]]:
    right: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            right[query].add(document)
    return right


def _figures(ranks: list[int | None]) -> Figures:
    found = [rank for rank in ranks if rank is not None]
    return Figures(
        queries=len(ranks),
        recall_at_1=sum(rank == 1 for rank in found) / len(ranks),
        recall_at_5=sum(rank <= 5 for rank in found) / len(ranks),
        mrr_at_10=sum(1 / rank for rank in found) / len(ranks),
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
