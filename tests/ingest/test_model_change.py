"""The embedding model can be changed while readers ask: no question fails, and vectors of two models never meet."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.knowledge import Knowledge
from ingest.ledger.collections import Collections
from ingest.ledger.engine import open_ledger
from ingest.lexical.shelves import open_words
from ingest.runs import ingest_into
from ingest.settings import IngestSettings
from ingest.sources import open_source
from ingest.store import open_store
from tests.ingest.kills.corpus import Corpus
from tests.ingest.kills.reader import Allowed, Reader
from tests.support.hashed_embedder import hashed

_OPENED = {f"hashed-{edition}": hashed(edition) for edition in (0, 1)}


@pytest.mark.slow
def test_readers_follow_the_knowledge_base_from_one_model_to_another_and_back(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "docs"
    folder.mkdir()
    corpus = Corpus(folder)
    corpus.begin()
    engine = open_ledger(home)
    with open_store(home, IngestSettings(home=home).chroma_server) as store, open_words(home) as words:
        first = Knowledge(engine, store, words, _OPENED["hashed-0"], _OPENED.__getitem__)
        second = replace(first, embedder=_OPENED["hashed-1"])
        ingest_into(first, [open_source(folder)])
        reader = Reader(first, Allowed(corpus.rounds, corpus.rounds))
        reader.start()
        try:
            for number in range(6):  # the collection left behind is deleted by the run after the switch
                writer = (second, second, first)[number % 3]
                asked = reader.asked
                ingest_into(writer, [open_source(folder)])
                while reader.asked < asked + 8:
                    time.sleep(0.05)
                live = Collections(engine).live()
                assert live is not None
                assert live.fingerprint == writer.embedder.fingerprint
        finally:
            reader.stop()
    engine.dispose()
    assert reader.faults == []
