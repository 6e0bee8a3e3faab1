"""Quoting: do the first sentences that would be quoted hold the answer?"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from app.quoting import best_quotes
from eval import beir_suite
from eval.beir import BeirSet, beir_folders, read_beir
from eval.beir_suite import OpenSet, SetRun
from eval.errors import EvalUserError
from eval.reporting import Scored
from ingest.parsing.cleaning import clean

MEASURES = ("hit@1", "hit@2")
_PASSAGES = 8  # that the assistant looks at


def run_quoting(data: Path) -> dict[str, SetRun]:
    """Ask every question with an answer of every BEIR folder that ``data`` names; by the folders' names.

    :raises EvalUserError: the data cannot be used, or no question says its answer.
    """
    sets = {name: _answered(read_beir(folder), folder) for name, folder in beir_folders(data).items()}
    return beir_suite.run_sets(sets, _run)


def print_quoting(runs: Mapping[str, SetRun], as_json: bool) -> None:
    """Print the figures."""
    beir_suite.print_report(beir_suite.report(runs, MEASURES), MEASURES, "Quoting", as_json)


def _answered(data: BeirSet, folder: Path) -> BeirSet:
    queries = tuple(query for query in data.queries if _plain(query.metadata.answer or ""))
    if not queries:
        raise EvalUserError(f"{folder / 'queries.jsonl'}: no judged question has an answer in metadata.answer")
    return replace(data, queries=queries)


def _run(opened: OpenSet) -> SetRun:
    scored = []
    for asked in opened.asked(_PASSAGES):
        quotes = [unit.text for _, unit in best_quotes(asked.passages)] if asked.passages else []
        answer = asked.query.metadata.answer or ""
        scored.append(Scored(asked.language, hits(answer, quotes)))
    return SetRun(scored)


def hits(answer: str, quotes: list[str]) -> dict[str, float]:
    """Whether ``answer`` is inside the first one, one of the first two; case and width of letters do not count."""
    wanted = _plain(answer)
    held = [wanted in _plain(quote) for quote in quotes]
    return {"hit@1": float(any(held[:1])), "hit@2": float(any(held[:2]))}


def _plain(text: str) -> str:
    """As ingestion cleans a text, and without what is only another way to write it."""
    return " ".join(unicodedata.normalize("NFKC", clean(text)).casefold().split())
