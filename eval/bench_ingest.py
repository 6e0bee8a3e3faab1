"""``polydesk bench ingest``: ingestion of a generated corpus against embedding its texts alone, and what follows.

Every ingest is a command of its own, in a home of its own, with no vector store running when it starts. A few documents
are ingested right before it, as on a machine in use: else it is the disk that is measured, from which a new machine
reads a gigabyte of libraries and model. Where the machine's speed changes from minute to minute, ``--rounds 3`` ingests
and embeds in turn and gives the round with the median ratio. With ``--json`` one object is printed: ``corpora``, a list
of :class:`CorpusFigures`, and ``growth``, a :class:`Growth` or null.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import typer
from pydantic import BaseModel, ConfigDict

from app.phases import Phases, events_to, shown_phases
from eval.bench_home import bench_home, environment_of, wait_for_store_end
from eval.corpus import edit, generate
from eval.errors import EvalError
from eval.measured_process import Measured, run_measured
from ingest.headstart import FEW
from ingest.settings import IngestSettings, load_ingest_settings

_MEGABYTE = 1_000_000
_WARMING = FEW + 8  # documents: enough for the model that is quick, not the one that starts quickly
_ROUNDS = 3  # of each short run


class CorpusFigures(BaseModel):
    """One corpus. Times are seconds of whole commands, start-up and all, unless said otherwise; MB are 10^6 bytes."""

    model_config = ConfigDict(frozen=True)

    documents: int
    chunks: int
    texts: int  # distinct chunks and units
    texts_embedded: int  # that the ingest embedded; equal to texts when each is embedded once
    ingest_s: float
    embedding_alone_s: float  # embedding those texts in one call, the model loaded and warm: no start-up in it
    ingest_over_embedding: float
    writer_peak_mb: float  # resident, of the process that ingests
    tree_peak_mb: float  # with its readers and the vector store; shared pages count in each
    # Of the following the median of three runs is given; what was embedded, of the one that embedded most.
    unchanged_s: float  # a run that finds nothing changed
    unchanged_texts_embedded: int
    changed_s: float  # a run after one paragraph of one document was changed
    changed_texts_embedded: int
    changed_chunks_embedded: int
    renamed_s: float  # a run after one file was renamed
    renamed_texts_embedded: int


class Growth(BaseModel):
    """The larger corpus against the first; 1.0 is exactly linear time, and the same memory."""

    model_config = ConfigDict(frozen=True)

    seconds_per_document: float
    writer_peak: float
    tree_peak: float


class IngestBench(BaseModel):
    """What ``--json`` prints."""

    model_config = ConfigDict(frozen=True)

    corpora: tuple[CorpusFigures, ...]
    growth: Growth | None = None


def run_bench_ingest(documents: int, also: int | None = None, rounds: int = 1) -> IngestBench:
    """Measure a corpus of so many documents, and another one beside it where ``also`` is given.

    :param rounds: of ingesting and embedding alone, in turn.
    :raises EvalError: a command failed, or refused a generated document.
    """
    settings = load_ingest_settings()
    with shown_phases() as phases:
        corpora = tuple(_measure(settings, size, rounds, phases) for size in (documents, also) if size)
    return IngestBench(corpora=corpora, growth=_growth(*corpora) if len(corpora) == 2 else None)


def print_bench_ingest(figures: IngestBench, as_json: bool) -> None:
    """Print the figures beside their aims."""
    if as_json:
        typer.echo(figures.model_dump_json())
        return
    for corpus in figures.corpora:
        typer.echo(f"{corpus.documents} documents, {corpus.chunks} chunks, {corpus.texts} texts")
        typer.echo(f"  ingest                     {corpus.ingest_s:9.2f} s   ({corpus.texts_embedded} texts embedded)")
        typer.echo(f"  embedding the same alone   {corpus.embedding_alone_s:9.2f} s")
        typer.echo(f"  ingest over embedding      {corpus.ingest_over_embedding:9.2f}     (aim: at most 1.25)")
        typer.echo(f"  peak memory of the writer  {corpus.writer_peak_mb:9.0f} MB  (aim: under 1500)")
        typer.echo(f"  with all its children      {corpus.tree_peak_mb:9.0f} MB")
        said = f"aim: under 3; {corpus.unchanged_texts_embedded} texts embedded, aim: 0"
        typer.echo(f"  nothing changed            {corpus.unchanged_s:9.2f} s   ({said})")
        embedded = f"{corpus.changed_chunks_embedded} chunks, {corpus.changed_texts_embedded} texts embedded"
        said = f"aim: under 3; {embedded}, aim: at most 2 chunks"
        typer.echo(f"  one paragraph changed      {corpus.changed_s:9.2f} s   ({said})")
        said = f"{corpus.renamed_texts_embedded} texts embedded, aim: 0"
        typer.echo(f"  one file renamed           {corpus.renamed_s:9.2f} s   ({said})")
    if figures.growth:
        growth = figures.growth
        typer.echo("the second corpus over the first")
        typer.echo(f"  seconds a document         {growth.seconds_per_document:9.2f}     (aim: at most 1)")
        typer.echo(f"  peak memory of the writer  {growth.writer_peak:9.2f}")
        typer.echo(f"  with all its children      {growth.tree_peak:9.2f}")


class _Round(NamedTuple):
    """An ingest into an empty home, and its texts embedded alone right after it."""

    ingest: Measured
    summary: dict[str, Any]
    alone: dict[str, Any]

    @property
    def ratio(self) -> float:
        return float(self.ingest.seconds / self.alone["embedding_s"])


def _measure(settings: IngestSettings, documents: int, rounds: int, phases: Phases) -> CorpusFigures:
    with tempfile.TemporaryDirectory(prefix="polydesk-bench-") as folder:
        corpus = Path(folder) / "corpus"
        with phases.phase(f"Generating {documents} documents") as show:
            generate(corpus, documents, written=lambda done: show(done, documents))
        _warm_up(settings, min(documents, _WARMING), phases)
        done = []
        for _ in range(1, rounds):
            with _home(settings) as home:
                done.append(_round(corpus, home, phases))
        with _home(settings) as home:
            done.append(_round(corpus, home, phases))
            unchanged = _short(corpus, home, phases, "Ingesting with nothing changed")
            changed = _short(corpus, home, phases, "Ingesting one changed paragraph", change=1)
            renamed = _short(corpus, home, phases, "Ingesting one renamed file", rename=1)
    middle = sorted(done, key=lambda each: each.ratio)[len(done) // 2]
    return CorpusFigures(
        documents=documents,
        chunks=middle.summary["chunks"],
        texts=middle.alone["texts"],
        texts_embedded=middle.summary["embedded"],
        ingest_s=round(middle.ingest.seconds, 2),
        embedding_alone_s=round(middle.alone["embedding_s"], 2),
        ingest_over_embedding=round(middle.ratio, 3),
        writer_peak_mb=round(max(each.ingest.peak for each in done) / _MEGABYTE, 1),
        tree_peak_mb=round(max(each.ingest.tree_peak for each in done) / _MEGABYTE, 1),
        unchanged_s=unchanged.seconds,
        unchanged_texts_embedded=unchanged.texts,
        changed_s=changed.seconds,
        changed_texts_embedded=changed.texts,
        changed_chunks_embedded=changed.chunks,
        renamed_s=renamed.seconds,
        renamed_texts_embedded=renamed.texts,
    )


@contextmanager
def _home(settings: IngestSettings) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="polydesk-bench-") as folder, bench_home(settings, Path(folder)) as home:
        yield home


def _round(corpus: Path, home: Path, phases: Phases) -> _Round:
    ingest, summary = _ingest(corpus, home, phases, "Ingesting all documents")
    return _Round(ingest, summary, _embed_alone(home, phases))


class _Short(NamedTuple):
    """Some short runs: the median of their seconds, and the most that one of them embedded."""

    seconds: float
    texts: int
    chunks: int


def _short(corpus: Path, home: Path, phases: Phases, name: str, change: int = 0, rename: int = 0) -> _Short:
    done: list[tuple[Measured, dict[str, Any]]] = []
    for round_ in range(1, _ROUNDS + 1):
        if change or rename:
            edit(corpus, revision=round_, change=change, rename=rename)
        done.append(_ingest(corpus, home, phases, f"{name}, {round_} of {_ROUNDS}"))
    seconds = statistics.median(measured.seconds for measured, _ in done)
    return _Short(
        round(seconds, 2),
        max(summary["embedded"] for _, summary in done),
        max(summary["chunks_embedded"] for _, summary in done),
    )


def _warm_up(settings: IngestSettings, documents: int, phases: Phases) -> None:
    """Prepare the models, and read what every ingest reads."""
    with tempfile.TemporaryDirectory(prefix="polydesk-bench-") as folder, _home(settings) as home:
        corpus = Path(folder) / "corpus"
        generate(corpus, documents)
        _ingest(corpus, home, phases, "Warming up")
        edit(corpus, change=1)
        _ingest(corpus, home, phases, "Warming up with one changed paragraph")


def _ingest(corpus: Path, home: Path, phases: Phases, name: str) -> tuple[Measured, dict[str, Any]]:
    """The command as it was measured, and the summary that it printed."""
    wait_for_store_end(home)
    command = [sys.executable, "-m", "app.main", "ingest", str(corpus), "--json"]
    with phases.phase(name) as show:
        done = run_measured(command, environment_of(home), events_to(show))
    summary = _last_object(done, "polydesk ingest")
    if summary["refused"]:
        raise EvalError(f"a generated document was refused: {summary['findings'][0]['message']}")
    return done, summary


def _embed_alone(home: Path, phases: Phases) -> dict[str, Any]:
    with phases.phase("Embedding the same texts alone") as show:
        done = run_measured([sys.executable, "-m", "eval.embedding_alone"], environment_of(home), events_to(show))
    return _last_object(done, "embedding alone")


def _last_object(done: Measured, name: str) -> dict[str, Any]:
    lines = done.output.strip().splitlines()
    if done.status not in (0, 1) or not lines:
        raise EvalError(f"{name} ended with status {done.status}: {' '.join(done.errors.split())[-300:]}")
    try:
        printed: dict[str, Any] = json.loads(lines[-1])
    except json.JSONDecodeError:
        raise EvalError(f"{name} printed no JSON: {lines[-1][:200]}") from None
    return printed


def _growth(first: CorpusFigures, second: CorpusFigures) -> Growth:
    pace = (second.ingest_s / second.documents) / (first.ingest_s / first.documents)
    return Growth(
        seconds_per_document=round(pace, 3),
        writer_peak=round(second.writer_peak_mb / first.writer_peak_mb, 3),
        tree_peak=round(second.tree_peak_mb / first.tree_peak_mb, 3),
    )
