"""Suites over BEIR folders: each corpus is ingested and asked, and several folders' figures stand side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.phases import Phases, shown_phases
from app.retrieval.cross_encoder import open_reranker
from app.retrieval.passages import Passage
from app.retrieval.reranking import Reranker
from app.retrieval.search import PassageSearch
from app.settings import load_settings
from eval.beir import BeirSet, Query
from eval.corpus_homes import OpenCorpus, corpus_homes
from eval.intervals import mean_of_means
from eval.reporting import Scored, grouped, means_of, measured, print_json, print_table, reported, values_of
from ingest.languages.identify import identify_question
from ingest.ledger.reading import Scope

COMPARISON = "comparison"
_FALLBACK_LANGUAGE = "en"  # the assistant's own


@dataclass(frozen=True)
class SetRun:
    """One data set, asked; ``compared`` are the same questions, asked of something else."""

    scored: Sequence[Scored]
    compared: Sequence[Scored] | None = None
    details: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Asked:
    """A question with its passages, best first, and the milliseconds that finding them took."""

    query: Query
    language: str
    passages: Sequence[Passage]
    milliseconds: float


@dataclass(frozen=True)
class OpenSet:
    """A data set with its corpus open, and the re-ranker that the settings name."""

    label: str
    data: BeirSet
    corpus: OpenCorpus
    phases: Phases
    reranker: Reranker | None

    def asked(self, k: int) -> Iterator[Asked]:
        """Every question with its ``k`` best passages; each is searched for once."""
        search = PassageSearch(self.corpus.knowledge, self.reranker)
        with self.phases.phase(f"{self.label}asking {len(self.data.queries)} questions") as show:
            for done, query in enumerate(self.data.queries, 1):
                language = language_of(query)
                started = time.perf_counter()
                passages = search.search(query.text, language, Scope(date.today()), k)
                yield Asked(query, language, passages, (time.perf_counter() - started) * 1000)
                show(done, len(self.data.queries))


def language_of(query: Query) -> str:
    """The language that the data set gives the question, or else the one that the assistant takes it for."""
    return query.language or identify_question(query.text, _FALLBACK_LANGUAGE).language


def run_sets(sets: Mapping[str, BeirSet], run: Callable[[OpenSet], SetRun]) -> dict[str, SetRun]:
    """Ingest each data set's corpus, and ``run`` what is measured on it."""
    runs = {}
    reranker = open_reranker(load_settings())  # once: its model is large
    with corpus_homes() as homes, shown_phases() as phases:
        for name, data in sets.items():
            label = f"{name}: " if name else ""
            with phases.phase(f"{label}ingesting {len(data.documents)} documents") as show:
                ingested = homes.ingested(data.documents, show)
            with homes.opened(ingested, data.documents) as corpus:
                done = run(OpenSet(label, data, corpus, phases, reranker))
            about = {name: value for name, value in asdict(ingested).items() if name != "home"}
            runs[name] = SetRun(done.scored, done.compared, {**about, **(done.details or {})})
    return runs


def report(runs: Mapping[str, SetRun], names: Sequence[str]) -> dict[str, Any]:
    """What ``--json`` prints of one data set, or of several under ``sets``, with the ``mean`` over them.

    :param names: the measures.
    """
    if list(runs) == [""]:
        return _set_report(runs[""], names)
    mean = _means([run.scored for run in runs.values()], names)
    compared = [run.compared for run in runs.values() if run.compared is not None]
    if compared:
        mean[COMPARISON] = _means(compared, names)
    return {
        "queries": sum(len(run.scored) for run in runs.values()),
        "mean": mean,
        "sets": {name: _set_report(run, names) for name, run in runs.items()},
    }


def print_report(figures: Mapping[str, Any], names: Sequence[str], title: str, as_json: bool) -> None:
    """Print what :func:`report` gives."""
    if as_json:
        print_json(figures)
        return
    several = "sets" in figures
    total = figures["mean"] if several else figures
    totals = {"mean" if several else "all": total}
    if COMPARISON in total:
        totals["EnsembleRetriever"] = total[COMPARISON]
    rows = ("set", figures["sets"]) if several else ("language", figures["by_language"])
    print_table(f"{title}: {figures['queries']} questions", rows, totals, names)


def _set_report(run: SetRun, names: Sequence[str]) -> dict[str, Any]:
    found = {"queries": len(run.scored), **_figures(run.scored, names), **(run.details or {})}
    if run.compared is not None:
        found[COMPARISON] = _figures(run.compared, names)
    return found


def _figures(scored: Sequence[Scored], names: Sequence[str]) -> dict[str, Any]:
    measures = means_of(names)
    return {
        **measured(scored, measures),
        "by_language": grouped(scored, lambda each: each.language, measures),
    }


def _means(sets: Sequence[Sequence[Scored]], names: Sequence[str]) -> dict[str, Any]:
    return reported({name: mean_of_means([values_of(name, scored) for scored in sets]) for name in names})
