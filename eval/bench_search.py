"""``polydesk bench search``: searches in large made knowledge bases, without the embedding of the question.

With ``--json`` one object is printed: ``sizes``, a list of :class:`SizeFigures`, and ``growth``, the last size's median
over the first's, by filter, or null.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import psutil
import typer
from pydantic import BaseModel, ConfigDict

from app.phases import Phases, shown_phases
from app.retrieval.search import PassageSearch
from eval.bench_home import bench_home
from eval.errors import EvalUserError
from eval.made_documents import DocumentMaker
from eval.made_knowledge import AUTUMN_BEFORE_LAST, MadeKnowledge
from eval.search_timing import parts, timed, timed_together
from eval.timed import Timed
from ingest.embedding.base import Encoded, Progress, TextKind
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import Knowledge, open_knowledge
from ingest.ledger.reading import Scope
from ingest.places import countries
from ingest.settings import load_ingest_settings
from ingest.store.paths import StorePaths
from ingest.store.server_file import read_server_file

SIZES = (10_000, 100_000)
ASKERS = 8
COUNTRY_NAMED = "none, country named"
_ASKED = 480
_K = 8
_MEGABYTE = 1_000_000
_AIM_P50_MS, _AIM_P95_MS, _AIM_GROWTH = 25, 60, 2

Ask = Callable[[], object]


class FilterFigures(BaseModel):
    """Searches under one filter."""

    model_config = ConfigDict(frozen=True)

    filter: str
    one_asker: Timed
    askers: Timed  # eight at once
    searches_per_second: float  # of the eight together
    parts_ms: dict[str, float]  # where the mean search of one asker spends its time


class SizeFigures(BaseModel):
    """One knowledge base. MB are 10^6 bytes; memory is resident."""

    model_config = ConfigDict(frozen=True)

    chunks: int
    build_s: float
    filters: tuple[FilterFigures, ...]
    process_mb: float  # this process, with the embedding model in it
    store_mb: float  # the vector store's server
    ledger_mb: float  # on disk
    lexical_mb: float
    vectors_mb: float  # the vector store's, on disk


class SearchBench(BaseModel):
    """What ``--json`` prints."""

    model_config = ConfigDict(frozen=True)

    sizes: tuple[SizeFigures, ...]
    growth: dict[str, float] | None = None


class RememberingEmbedder(CentredEmbedder):
    """Embeds each text once and remembers it, so that what follows is timed without."""

    def __init__(self, embedder: CentredEmbedder) -> None:
        self.__dict__.update(vars(embedder))
        self._remembered: dict[tuple[str, ...], Encoded] = {}

    def encode(
        self, texts: Sequence[str], languages: Sequence[str], kind: TextKind, progress: Progress | None = None
    ) -> Encoded:
        key = (kind, *texts, *languages)
        found = self._remembered.get(key)
        if found is None:
            found = self._remembered[key] = super().encode(texts, languages, kind, progress)
        return found


def run_bench_search(chunks: Sequence[int]) -> SearchBench:
    """Measure knowledge bases of these sizes.

    :raises EvalUserError: a size is no positive number.
    """
    if not chunks or min(chunks) < 1:
        raise EvalUserError("--chunks: give a number above 0")
    settings = load_ingest_settings()
    with (
        shown_phases() as phases,
        tempfile.TemporaryDirectory(prefix="polydesk-bench-") as folder,
        bench_home(settings, Path(folder)) as home,
    ):
        own = settings.model_copy(update={"home": home, "database_url": None, "chroma_url": None})
        with open_knowledge(own) as opened:
            knowledge = replace(opened, embedder=RememberingEmbedder(opened.embedder))
            with phases.phase("Embedding the sentences of which documents are made"):
                maker = DocumentMaker(knowledge.embedder)
            made = MadeKnowledge(knowledge, maker)
            sizes = tuple(_measure(knowledge, maker, made, size, home, phases) for size in sorted(set(chunks)))
    return SearchBench(sizes=sizes, growth=_growth(sizes) if len(sizes) > 1 else None)


def print_bench_search(figures: SearchBench, as_json: bool) -> None:
    """Print the figures beside their aims."""
    if as_json:
        typer.echo(figures.model_dump_json())
        return
    aims = f"aims at 100,000: p50 {_AIM_P50_MS} ms, p95 {_AIM_P95_MS} ms"
    for size in figures.sizes:
        typer.echo(f"{size.chunks:,} chunks, made in {size.build_s:.0f} s; milliseconds a search; {aims}")
        names = list(size.filters[0].parts_ms)
        typer.echo(f"  {'':26}{'one asker':>16}{f'{ASKERS} at once':>20}   mean of one asker: {', '.join(names)}")
        for row in size.filters:
            together = f"{row.askers.p50:8.1f} /{row.askers.p95:8.1f}"
            spent = "  ".join(f"{row.parts_ms[name]:.1f}" for name in names)
            one = f"{row.one_asker.p50:6.1f} /{row.one_asker.p95:6.1f}"
            typer.echo(f"  {row.filter:26}{one:>16}{together:>20}   {spent}")
        typer.echo(f"  memory: this process {size.process_mb:.0f} MB, vector store {size.store_mb:.0f} MB")
        disk = f"ledger {size.ledger_mb:.0f} MB, words {size.lexical_mb:.0f} MB, vector store {size.vectors_mb:.0f} MB"
        typer.echo(f"  on disk: {disk}")
    for name, ratio in (figures.growth or {}).items():
        typer.echo(f"last size over first, {name}: {ratio:.2f} (aim: under {_AIM_GROWTH})")


def scopes() -> dict[str, Scope]:
    """The filters that are measured, by name; the first is off."""
    today = date.today()
    past = date(AUTUMN_BEFORE_LAST.year - 1, 12, 1)
    return {
        "none": Scope(today, everything=True),
        "audience": Scope(today, "all"),
        "past date": Scope(past, everything=True),
        "customer": Scope(today, "manager", "C-0007"),
        "audience, date, customer": Scope(past, "agent", "C-0007"),
    }


def measure_filters(knowledge: Knowledge, maker: DocumentMaker, phases: Phases) -> tuple[FilterFigures, ...]:
    """Times of searches with each filter, and of such as name a country."""
    with phases.phase("Embedding questions"):
        asked = maker.questions(_ASKED)
        for text, language in asked:
            knowledge.embedder.encode([text], [language], "query")
    search = PassageSearch(knowledge)
    plain = [question for question in asked if not countries(*question)]
    naming = [question for question in asked if countries(*question)]
    rows = [(name, plain, scope) for name, scope in scopes().items()]
    rows.append((COUNTRY_NAMED, naming, scopes()["none"]))

    def asking(questions: Sequence[tuple[str, str]], scope: Scope) -> list[Ask]:
        return [partial(search.search, text, language, scope, _K) for text, language in questions]

    figures = []
    for name, questions, scope in rows:
        with phases.phase(f"Searching, filter: {name}"):
            figures.append(_figures(name, asking(questions, scope)))
    return tuple(figures)


def _figures(name: str, searches: list[Ask]) -> FilterFigures:
    """Every search is made once, so that nothing is remembered of its passages."""
    quarter = len(searches) // 4
    for search in searches[:quarter]:
        search()  # opens connections and loads data files
    split = parts(searches[quarter : 2 * quarter])
    one = timed(searches[2 * quarter : 3 * quarter])
    together, rate = timed_together(searches[3 * quarter :], ASKERS)
    return FilterFigures(filter=name, one_asker=one, askers=together, searches_per_second=rate, parts_ms=split)


def _measure(
    knowledge: Knowledge, maker: DocumentMaker, made: MadeKnowledge, chunks: int, home: Path, phases: Phases
) -> SizeFigures:
    started = time.perf_counter()
    with phases.phase(f"Making {chunks:,} chunks") as show:
        made.fill(chunks, show)
    build_s = time.perf_counter() - started
    filters = measure_filters(knowledge, maker, phases)
    server = read_server_file(StorePaths.under(home).server_file)
    return SizeFigures(
        chunks=chunks,
        build_s=round(build_s, 1),
        filters=filters,
        process_mb=_mb(psutil.Process().memory_info().rss),
        store_mb=_mb(psutil.Process(server.pid).memory_info().rss if server else 0),
        ledger_mb=_mb(sum(file.stat().st_size for file in home.glob("ledger.db*"))),
        lexical_mb=_mb(_folder_size(home / "lexical")),
        vectors_mb=_mb(_folder_size(StorePaths.under(home).data)),
    )


def _folder_size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _growth(sizes: Sequence[SizeFigures]) -> dict[str, float]:
    first, last = ({row.filter: row.one_asker.p50 for row in size.filters} for size in (sizes[0], sizes[-1]))
    return {name: round(last[name] / first[name], 2) for name in first if name in last}


def _mb(number: int) -> float:
    return round(number / _MEGABYTE, 1)
