"""Hostile and broken files through the whole ingest: each is named with its reason, and the good ones are all there."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ingest import knowledge
from ingest.ledger.engine import open_ledger
from ingest.ledger.history import DocumentHistory
from tests.ingest.hostile import make_good, make_hostile
from tests.support.hashed_embedder import hashed


def test_the_good_are_all_there_and_each_bad_one_has_its_reason(
    polydesk: Callable[..., tuple[int, str, str]],
    make_home: Callable[[], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(knowledge, "open_centred_embedder", lambda *_: hashed())
    monkeypatch.setenv("POLYDESK_PARSE_SECONDS", "20")
    monkeypatch.setenv("POLYDESK_PARSE_MEMORY_MB", "1000")
    home, docs = make_home(), tmp_path / "docs"
    docs.mkdir()
    expected, good = make_hostile(docs), make_good(docs)
    assert len(expected) >= 40
    assert len(good) == 40

    status, out, _err = polydesk("ingest", docs, "--json")
    summary = json.loads(out)
    assert status == 1
    codes: dict[str, set[str]] = {}
    for finding in summary["findings"]:
        codes.setdefault(finding["item"], set()).add(finding["code"])
        assert "\n" not in finding["message"]
    for name, wanted in expected.items():
        reading, _, code = wanted.partition("+")
        assert codes.get(name, set()) >= ({code} if code else set() if reading == "readable" else {reading}), name

    live = {line.document_id for line in DocumentHistory(open_ledger(home)).documents(date.today())}
    readable = {name for name, wanted in expected.items() if wanted.startswith("readable")}
    assert live == set(good) | readable
    assert summary["refused"] == len(expected) - len(readable)
