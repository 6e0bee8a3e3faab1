"""Run an ingest over addresses, with everything opened and locked as it has to be, and nothing opened in vain."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.chunk_embedding import ChunkEncoder, LocalEncoder
from ingest.embedding.centring import CentredEmbedder
from ingest.headstart import FEW, head_start, parser_pool
from ingest.knowledge import Knowledge, model_fingerprint, open_centred_embedder, open_knowledge
from ingest.ledger.collections import Collections, past_name
from ingest.ledger.engine import open_ledger
from ingest.ledger.locks import writer_lock
from ingest.ledger.runs import RunLog
from ingest.ledger.shelving import Shelving
from ingest.ledger.writing import LedgerWriter
from ingest.parsing import parse
from ingest.pipeline import PlanRun, Progress, Summary
from ingest.plan import Plan, make_plan
from ingest.preparing import PreparedAhead, Preparer
from ingest.preview import Preview, preview
from ingest.reading import DocumentReader, language_of
from ingest.settings import IngestSettings
from ingest.shelves import Shelves
from ingest.sources import Source, SourceOptions, open_source
from ingest.sources.web.limits import WebLimits
from ingest.store import StoreConnection
from ingest.workers import Workers

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True)
class IngestOptions:
    """What the person who runs an ingest decides.

    :param prune: whether what vanished from a fully listed source is retired.
    :param effective_from: when texts take effect that do not say it themselves.
    """

    prune: bool = True
    effective_from: date | None = None


def run_ingest(
    settings: IngestSettings,
    addresses: Sequence[str | Path],
    options: IngestOptions | None = None,
    progress: Progress | None = None,
) -> tuple[Summary, float]:
    """Ingest ``addresses``; returns what was done, and the seconds it took.

    :raises IngestUserError: an address leads nowhere, or another run is writing.
    """
    with head_start(settings, addresses) as workers:
        return run_ingest_with(workers, settings, addresses, options, progress)


def run_ingest_with(
    workers: Workers,
    settings: IngestSettings,
    addresses: Sequence[str | Path],
    options: IngestOptions | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[Summary, float]:
    """:func:`run_ingest` with workers that were begun before.

    :param stop: whether to end early, after the documents that are being written.
    """
    started = time.perf_counter()
    options = options or IngestOptions()
    sources = open_sources(settings, addresses)
    engine = open_ledger(settings.home, settings.database_url)
    try:
        with writer_lock(engine) as renew_lock:
            plan = make_plan(sources, LedgerWriter(engine).published(), options.prune)
            run_id = _begin(engine, sources)
            if plan.is_empty and not _has_chores(engine, model_fingerprint(settings)):
                summary = Summary(unchanged=plan.unchanged, refused=len(plan.findings), findings=plan.findings)
            else:
                if plan.work:
                    workers.begin(todo.item.uri for todo in plan.work)  # while the store starts
                preparer = Preparer(workers.reader(options.effective_from))
                ahead = PreparedAhead(preparer, plan.work[:FEW], workers.readers)
                with open_knowledge(settings, "bulk", engine, workers.model) as knowledge:
                    progress = progress or Progress()
                    how = _How(ahead, progress, renew_lock, workers.readers, workers.batches, workers.encoder, stop)
                    summary = _applied(knowledge, plan, run_id, how)
            RunLog(engine).finish(run_id, summary.counts(), summary.findings)
    finally:
        engine.dispose()
    return summary, time.perf_counter() - started


def plan_ingest(
    settings: IngestSettings,
    addresses: Sequence[str | Path],
    options: IngestOptions | None = None,
    progress: Progress | None = None,
) -> Preview:
    """What :func:`run_ingest` would change. Needs no store and no lock, and writes nothing.

    :raises IngestUserError: an address leads nowhere.
    """
    options, progress = options or IngestOptions(), progress or Progress()
    sources = open_sources(settings, addresses)
    engine = open_ledger(settings.home, settings.database_url)
    try:
        with parser_pool(settings) as parsers:
            plan = make_plan(sources, LedgerWriter(engine).published(), options.prune)
            progress.listed(len(plan.work))
            count_tokens = open_centred_embedder(settings).count_tokens if plan.work else _count_none
            preparer = Preparer(DocumentReader(parsers.parse, language_of, count_tokens, options.effective_from))
            return preview(plan, preparer, Shelving(engine), progress.done)
    finally:
        engine.dispose()


def ingest_into(
    knowledge: Knowledge,
    sources: Sequence[Source],
    progress: Progress | None = None,
    options: IngestOptions | None = None,
) -> Summary:
    """Ingest ``sources``, which are trusted, into an open knowledge base: documents are parsed in this process."""
    options = options or IngestOptions()
    with writer_lock(knowledge.engine) as renew_lock:
        plan = make_plan(sources, LedgerWriter(knowledge.engine).published(), options.prune)
        run_id = _begin(knowledge.engine, sources)
        reader = DocumentReader(parse, language_of, knowledge.embedder.count_tokens, options.effective_from)
        how = _How(Preparer(reader), progress or Progress(), renew_lock)
        summary = _applied(knowledge, plan, run_id, how)
        RunLog(knowledge.engine).finish(run_id, summary.counts(), summary.findings)
    return summary


def open_sources(settings: IngestSettings, addresses: Sequence[str | Path]) -> list[Source]:
    """The sources at ``addresses``, bounded as the settings say.

    :raises IngestUserError: an address leads nowhere.
    """
    web = WebLimits(
        **{
            each.name: getattr(settings, f"web_{each.name}")
            for each in fields(WebLimits)
            if each.init and hasattr(settings, f"web_{each.name}")
        }
    )
    return [open_source(address, SourceOptions(home=settings.home, web=web)) for address in addresses]


@dataclass(frozen=True)
class _How:
    """With what a plan is applied."""

    preparer: Preparer | PreparedAhead
    progress: Progress
    renew_lock: Callable[[], None]
    readers: int = 1
    batches: int = 2
    encoder: Callable[[CentredEmbedder], ChunkEncoder] = LocalEncoder
    stop: Callable[[], bool] = lambda: False


def _count_none(texts: Sequence[str]) -> list[int]:
    return [0] * len(texts)


def _begin(engine: Engine, sources: Sequence[Source]) -> int:
    return RunLog(engine).begin("; ".join(source.name for source in sources))


def _has_chores(engine: Engine, fingerprint: str) -> bool:
    """Whether there is something to do although nothing changed: a new model, or what an earlier run left."""
    collections = Collections(engine)
    live = collections.live()
    if live is None:
        return False
    return bool(live.fingerprint != fingerprint or collections.left() or Shelving(engine).leftovers())


def _applied(knowledge: Knowledge, plan: Plan, run_id: int, how: _How) -> Summary:
    collections = Collections(knowledge.engine)
    _drop_left(collections, knowledge.store)
    name = knowledge.collection_name
    collections.ensure(name, knowledge.embedder.embedder.name, knowledge.embedder.fingerprint)
    shelves = Shelves(knowledge, Shelving(knowledge.engine), how.encoder(knowledge.embedder))
    shelves.wake()
    run = PlanRun(
        LedgerWriter(knowledge.engine),
        shelves,
        how.preparer,
        how.readers,
        how.batches,
        how.progress,
        how.renew_lock,
        how.stop,
    )
    run.clean()
    run.refill(collections)
    return run.apply(plan, run_id)


def _drop_left(collections: Collections, store: StoreConnection) -> None:
    """Delete the vectors of models used before; a run later than the switch, so that readers have moved on."""
    there = store.list_collections()
    for name in collections.left():
        for each in {name, past_name(name)} & set(there):
            store.delete_collection(each)
        collections.forget(name)
