"""Retrieval: is a relevant document among the first that the search finds?"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer

from eval import beir_suite
from eval.beir import beir_folders, read_beir
from eval.beir_suite import OpenSet, SetRun
from eval.corpus_homes import StoredPassage
from eval.ensemble import KeptVectors, can_compare, ensemble, require_packages
from eval.ranking import DEPTH, MEASURES
from eval.reporting import Scored

_MOST_PASSAGES = 200  # for one question: a corpus of whole books needs no more


def run_retrieval(data: Path, compare: bool | None) -> dict[str, SetRun]:
    """Ask every judged question of every BEIR folder that ``data`` names; by the folders' names.

    :param compare: whether to ask LangChain's EnsembleRetriever as well; where it can be, when None.
    :raises EvalUserError: the data cannot be used, or the comparison was asked for and its packages are missing.
    """
    if compare:
        require_packages()
    elif compare is None and not can_compare():
        typer.echo("without the comparison: run `pip install 'polydesk[compare]'` for it", err=True)
        compare = False
    sets = {name: read_beir(folder) for name, folder in beir_folders(data).items()}
    vectors: KeptVectors | None = None

    def run(opened: OpenSet) -> SetRun:
        nonlocal vectors
        passages = opened.corpus.passages()
        depth = _depth(passages)
        scored, times = [], []
        for asked in opened.asked(depth):
            scored.append(_scored(opened, asked.query.id, asked.language, opened.corpus.ranked(asked.passages)))
            times.append(asked.milliseconds)
        if compare is False:
            return SetRun(scored, None, _details(times))
        vectors = vectors or KeptVectors(opened.corpus.knowledge.embedder.embedder)
        compared = _compared(opened, passages, scored, vectors, depth)
        return SetRun(scored, compared, _details(times))

    return beir_suite.run_sets(sets, run)


def print_retrieval(runs: Mapping[str, SetRun], as_json: bool) -> None:
    """Print the figures."""
    names = list(MEASURES)
    beir_suite.print_report(beir_suite.report(runs, names), names, "Retrieval", as_json)


def _depth(passages: Sequence[StoredPassage]) -> int:
    """Passages among which there are ten documents, even if nine come with all of theirs."""
    most = max(Counter(passage.document for passage in passages).values())
    return min((DEPTH - 1) * most + 1, _MOST_PASSAGES)


def _scored(opened: OpenSet, query: str, language: str, ranked: Sequence[str]) -> Scored:
    judged = opened.data.judged[query]
    return Scored(language, {name: measure(ranked, judged) for name, measure in MEASURES.items()})


def _details(times: Sequence[float]) -> dict[str, float]:
    """``search_ms``: the median for one question, its embedding included."""
    return {"search_ms": round(statistics.median(times), 1)}


def _compared(
    opened: OpenSet, passages: Sequence[StoredPassage], scored: Sequence[Scored], vectors: KeptVectors, depth: int
) -> list[Scored]:
    """The same questions, asked of the ensemble over the same passages."""
    queries = opened.data.queries
    done = 0
    texts = [passage.text for passage in passages]
    with opened.phases.phase(f"{opened.label}embedding for the comparison") as show:

        def progress(count: int) -> None:
            nonlocal done
            done += count
            show(done, len(texts) + len(queries))

        vectors.embed(texts, "passage", progress)
        vectors.embed([query.text for query in queries], "query", progress)
    found = []
    with (
        opened.phases.phase(f"{opened.label}asking the EnsembleRetriever") as show,
        ensemble(passages, vectors, depth) as search,
    ):
        for query, own in zip(queries, scored, strict=True):
            found.append(_scored(opened, query.id, own.language, search(query.text)))
            show(len(found), len(queries))
    return found
