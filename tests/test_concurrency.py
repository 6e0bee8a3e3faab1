"""Operations re-ingest while agents ask, on one store: no error, and every answer is of one version, old or new."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.retrieval.search import PassageSearch
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import Knowledge
from ingest.ledger.engine import open_ledger
from ingest.ledger.reading import Scope
from ingest.ledger.vectors import VectorShelf
from ingest.lexical.shelves import open_words
from ingest.runs import ingest_into, run_ingest
from ingest.settings import IngestSettings
from ingest.sources import open_source
from ingest.store import VectorCollection, open_store
from tests.conftest import REPOSITORY
from tests.ingest.shelf import only
from tests.support.patience import PATIENCE_S
from tests.support.soak import FIRST, QUESTIONS, SOFAS, write_documents

RUNS = int(os.environ.get("POLYDESK_SOAK_RUNS", "6"))
ASKING = 2  # processes, with two threads each


def start(role: str, documents: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.soak", role, str(documents)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline() or process.communicate()[1]


def run_together(writer: subprocess.Popen[str], asking: list[subprocess.Popen[str]]) -> list[dict[str, Any]]:
    """Let one write while the others ask, who then ask for what it wrote; returns what each of them says it saw."""
    processes = [writer, *asking]
    try:
        assert [heard(process) for process in processes] == ["ready\n"] * len(processes)
        for _ in range(RUNS):
            tell(writer)
            assert heard(writer) == "done\n"
            for process in asking:
                tell(process)
            assert [heard(process) for process in asking] == ["done\n"] * len(asking)
        said = [process.communicate(timeout=PATIENCE_S) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert [process.returncode for process in processes] == [0] * len(processes), said
    return [json.loads(out) for out, _err in said]


@pytest.mark.slow
def test_agents_ask_while_documents_are_ingested_again_and_again(make_home: Callable[[], Path], tmp_path: Path) -> None:
    home, documents = make_home(), tmp_path / "docs"
    documents.mkdir()
    write_documents(documents, FIRST)
    run_ingest(IngestSettings(home=home), [documents])

    writer, asking = start("write", documents), [start("ask", documents) for _ in range(ASKING)]
    written, *asked = run_together(writer, asking)

    assert written["refused"] == 0
    for process in asked:
        seen = process["seen"]
        assert [entry for entry in seen if "error" in entry] == []
        assert [entry for entry in seen if entry["action"] != "answer" or not entry["editions"]] == []
        assert [entry for entry in seen if len({number for number, _text in entry["editions"]}) != 1] == []
        for number, text in (pair for entry in seen if entry["document"] == "sofas.md" for pair in entry["editions"]):
            assert text == SOFAS[(number - 1) % 2]
        for number, text in (pair for entry in seen if entry["document"] == "lamps.md" for pair in entry["editions"]):
            assert text == str(FIRST + number - 1)
        for thread in {entry["thread"] for entry in seen}:
            for document in QUESTIONS:
                numbers = [
                    entry["editions"][0][0]
                    for entry in seen
                    if (entry["thread"], entry["document"]) == (thread, document)
                ]
                assert numbers == sorted(numbers)  # nobody is ever shown an older version than before
                assert len(set(numbers)) >= RUNS  # and each sees all of them, but the first perhaps


@pytest.mark.parametrize(
    ("owner", "call"), [(VectorCollection, "query"), (VectorShelf, "get")], ids=["store", "ledger"]
)
def test_a_version_published_in_the_middle_of_a_search_is_found_whole(
    make_home: Callable[[], Path],
    embedder: CentredEmbedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    call: str,
) -> None:
    """Store or ledger have answered already when what it named is replaced and cleared away."""
    home, documents = make_home(), tmp_path / "docs"
    documents.mkdir()
    write_documents(documents, FIRST)
    engine = open_ledger(home)
    with open_store(home, IngestSettings(home=home).chroma_server) as store, open_words(home) as words:
        knowledge = Knowledge(engine, store, words, embedder, only(embedder))
        ingest_into(knowledge, [open_source(documents)])
        answer = getattr(owner, call)
        waiting = [FIRST + 1]

        def overtaken(*args: Any, **kwargs: Any) -> Any:
            found = answer(*args, **kwargs) if call == "query" else None
            if waiting:
                write_documents(documents, waiting.pop())
                ingest_into(knowledge, [open_source(documents)])
            return answer(*args, **kwargs) if found is None else found

        search = PassageSearch(knowledge)
        monkeypatch.setattr(owner, call, overtaken)
        passages = search.search(QUESTIONS["lamps.md"], "en", Scope(date.today()))
    engine.dispose()
    lamps = [passage for passage in passages if passage.chunk.version.document_id == "lamps.md"]
    assert waiting == []
    assert len(lamps) == 2
    assert all(str(FIRST + 1) in passage.chunk.text for passage in lamps)
