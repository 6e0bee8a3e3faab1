"""Run an ingest over paths, with everything opened and locked as it has to be."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from ingest.knowledge import Knowledge, open_knowledge
from ingest.languages.identify import identify_question
from ingest.ledger.locks import writer_lock
from ingest.ledger.writing import LedgerWriter
from ingest.pipeline import IngestRun, Progress, Summary
from ingest.settings import IngestSettings
from ingest.sources import Source, open_source
from ingest.store import StoreConnection

_DEFAULT_LANGUAGE = "en"  # of a text with no letters in it, and nothing around it that has


def run_ingest(
    settings: IngestSettings, paths: Sequence[Path], progress: Progress | None = None
) -> tuple[Summary, float]:
    """Ingest ``paths``; returns what was done, and the seconds it took.

    :raises IngestUserError: a path is not there, or another run is writing.
    """
    started = time.perf_counter()
    sources = [open_source(path) for path in paths]
    with open_knowledge(settings, purpose="bulk") as knowledge:
        summary = ingest_into(knowledge, sources, progress)
    return summary, time.perf_counter() - started


def ingest_into(knowledge: Knowledge, sources: Sequence[Source], progress: Progress | None = None) -> Summary:
    """Ingest ``sources`` into an open knowledge base."""
    with writer_lock(knowledge.engine) as renew_lock:
        ledger = LedgerWriter(knowledge.engine)
        _drop_left_collections(ledger, knowledge.store)
        collection = knowledge.store.collection(knowledge.collection_name)
        return IngestRun(ledger, collection, knowledge.embedder, language_of, progress, renew_lock).run(sources)


def _drop_left_collections(ledger: LedgerWriter, store: StoreConnection) -> None:
    """Delete the vectors of models used before; a run later than the switch, so that readers have moved on."""
    there = store.list_collections()
    for name in ledger.left_collections():
        if name in there:
            store.delete_collection(name)
        ledger.forget_collection(name)


def language_of(text: str, around: str | None) -> str:
    """ISO 639-1 code of ``text``; that of the document ``around`` it where it says little."""
    return identify_question(text, around or _DEFAULT_LANGUAGE).language
