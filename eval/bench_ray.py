"""``polydesk bench ray``: ingestion on Ray with one worker and with two, and what a million documents would take.

Ray is started for it on this machine, on loopback; writer and workers share its processors, so what counts are
processor seconds. With ``--json`` one :class:`RayBench` is printed.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import threading
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psutil
import typer
from pydantic import BaseModel, ConfigDict

from app.phases import Phases, shown_phases
from eval.bench_home import bench_home, environment_of
from eval.corpus import generate
from eval.errors import EvalError, EvalUserError
from eval.local_ray import LOOPBACK_ALONE, LocalRay, local_ray
from eval.measured_process import Measured, run_measured
from eval.stored_texts import embedded_texts, stored_texts
from ingest.knowledge import open_centred_embedder
from ingest.ledger.engine import open_ledger
from ingest.settings import IngestSettings, load_ingest_settings

_MILLION = 1_000_000
_HOUR_S = 3600
_WORKERS = (1, 2)


class RayFigures(BaseModel):
    """With so many workers. ``documents_per_s`` is of wall time between the first document written and the last."""

    model_config = ConfigDict(frozen=True)

    workers: int
    seconds: float  # of the whole command
    documents_per_s: float
    writer_cpu_s: float  # without what it takes to start
    workers_cpu_s: float  # of Ray's processes, their parsers and the rest of Ray


class RayBench(BaseModel):
    """What ``--json`` prints; bytes are of files on disk. A million documents are assumed to be like these."""

    model_config = ConfigDict(frozen=True)

    documents: int
    chunks: int
    tokens: int  # embedded
    runs: tuple[RayFigures, ...]
    speed_up: float  # of two workers over one
    vector_bytes_per_chunk: float
    ledger_bytes_per_chunk: float
    words_bytes_per_chunk: float
    million_worker_cpu_hours: float
    million_writer_cpu_hours: float
    million_processors_to_keep_the_writer_busy: float
    million_disk_gb: float


def run_bench_ray(documents: int) -> RayBench:
    """Measure a corpus of so many documents.

    :raises EvalUserError: Ray is not installed.
    :raises EvalError: Ray does not start, or a command failed.
    """
    if find_spec("ray") is None:
        raise EvalUserError("Ray is not installed: pip install 'polydesk[ray]'")
    settings = load_ingest_settings()
    with shown_phases() as phases, tempfile.TemporaryDirectory(prefix="polydesk-bench-") as name:
        corpus = Path(name) / "corpus"
        with phases.phase(f"Generating {documents} documents"):
            generate(corpus, documents)
        runs, sizes = [], {"chunks": 0, "tokens": 0}
        for workers in _WORKERS:
            folder = Path(name) / str(workers)
            folder.mkdir()
            with bench_home(settings, folder) as home, local_ray(workers) as ray:
                runs.append(_run(corpus, home, ray, workers, phases))
                sizes = _sizes(settings, home)
    chunks, last = sizes["chunks"], runs[-1]
    stored = {part: sizes[part] / chunks for part in ("store", "ledger", "lexical")}
    return RayBench(
        documents=documents,
        chunks=chunks,
        tokens=sizes["tokens"],
        runs=tuple(runs),
        speed_up=round(last.documents_per_s / runs[0].documents_per_s, 2),
        vector_bytes_per_chunk=round(stored["store"]),
        ledger_bytes_per_chunk=round(stored["ledger"]),
        words_bytes_per_chunk=round(stored["lexical"]),
        million_worker_cpu_hours=round(last.workers_cpu_s / documents * _MILLION / _HOUR_S, 1),
        million_writer_cpu_hours=round(last.writer_cpu_s / documents * _MILLION / _HOUR_S, 1),
        million_processors_to_keep_the_writer_busy=round(last.workers_cpu_s / last.writer_cpu_s, 1),
        million_disk_gb=round(sum(stored.values()) * chunks / documents * _MILLION / 1e9, 1),
    )


def print_bench_ray(figures: RayBench, as_json: bool) -> None:
    """Print the figures, and the arithmetic."""
    if as_json:
        typer.echo(figures.model_dump_json())
        return
    typer.echo(f"{figures.documents} documents, {figures.chunks} chunks, {figures.tokens} tokens embedded")
    for run in figures.runs:
        spent = f"workers {run.workers_cpu_s:.0f}, writer {run.writer_cpu_s:.1f}"
        pace = f"{run.documents_per_s:.2f} documents/s, {run.seconds:.0f} s in all"
        typer.echo(f"  {run.workers} of Ray's workers: {pace}; processor seconds: {spent}")
    typer.echo(f"  two workers over one: {figures.speed_up:.2f}")
    typer.echo(
        f"bytes a chunk: vectors {figures.vector_bytes_per_chunk:.0f}, ledger {figures.ledger_bytes_per_chunk:.0f}, "
        f"words {figures.words_bytes_per_chunk:.0f}"
    )
    keep_busy = f"which {figures.million_processors_to_keep_the_writer_busy:.0f} processors keep busy"
    typer.echo(
        f"a million such documents: {figures.million_worker_cpu_hours:.0f} processor hours of workers, "
        f"{figures.million_writer_cpu_hours:.1f} of the writer, {keep_busy}; {figures.million_disk_gb:.0f} GB"
    )


def _run(corpus: Path, home: Path, ray: LocalRay, workers: int, phases: Phases) -> RayFigures:
    written: list[float] = []

    def heard(line: str) -> None:
        with suppress(ValueError, KeyError):
            if json.loads(line)["event"] == "document":
                written.append(time.perf_counter())

    def ingest() -> tuple[Measured, float]:
        before = _children_cpu_s()
        command = [sys.executable, "-m", "app.main", "ingest", str(corpus), "--ray", ray.address, "--json"]
        done = run_measured(command, {**environment_of(home), **LOOPBACK_ALONE}, heard)
        if done.status:
            raise EvalError(f"polydesk ingest ended with status {done.status}: {' '.join(done.errors.split())[-300:]}")
        return done, _children_cpu_s() - before

    with phases.phase(f"Ingesting with {workers} of Ray's workers"), _ProcessorTime(ray) as used:
        done, writer_cpu_s = ingest()
    with phases.phase("Ingesting with nothing changed"):
        _, start_cpu_s = ingest()
    return RayFigures(
        workers=workers,
        seconds=round(done.seconds, 2),
        documents_per_s=round((len(written) - 1) / max(written[-1] - written[0], 1e-9), 3),
        writer_cpu_s=round(writer_cpu_s - start_cpu_s, 2),
        workers_cpu_s=round(used.seconds, 2),
    )


class _ProcessorTime:
    """Looks again and again at the processor seconds of a cluster: its workers end with the job they worked for."""

    def __init__(self, ray: LocalRay) -> None:
        self._ray = ray
        self._ended = threading.Event()
        self._of: dict[int, float] = {}
        self._looking = threading.Thread(target=self._look, daemon=True)

    @property
    def seconds(self) -> float:
        return sum(self._of.values())

    def __enter__(self) -> _ProcessorTime:
        self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._looking.join()

    def _look(self) -> None:
        while not self._ended.wait(0.5):
            for process in self._ray.family():
                with suppress(psutil.Error):
                    times = process.cpu_times()
                    self._of[process.pid] = times.user + times.system


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _sizes(settings: IngestSettings, home: Path) -> dict[str, int]:
    engine = open_ledger(home)
    texts = stored_texts(engine)
    engine.dispose()
    embedder = open_centred_embedder(settings)
    tokens = sum(embedder.count_tokens([text for _, text in embedded_texts(texts, embedder)]))
    return {
        "chunks": len(texts),
        "tokens": tokens,
        "ledger": sum(file.stat().st_size for file in home.glob("ledger.db*")),
        **{part: _bytes_below(home / part) for part in ("store", "lexical")},
    }


def _bytes_below(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
