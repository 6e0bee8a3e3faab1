"""``polydesk bench search``: the made knowledge base is one like any other, and every filter is timed in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval import bench_search
from eval.bench_search import COUNTRY_NAMED, SizeFigures, scopes
from tests.support.command import Command


@pytest.mark.local("measures what files of a home take")
@pytest.mark.slow
def test_every_size_and_filter_has_its_figures(
    polydesk: Command, models_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYDESK_HOME", str(models_folder.parent))
    monkeypatch.setattr(bench_search, "_ASKED", 32)
    status, said, _ = polydesk("bench", "search", "--chunks", "20", "--chunks", "60", "--json")
    assert status == 0
    figures = json.loads(said)
    assert [size["chunks"] for size in figures["sizes"]] == [20, 60]
    assert set(figures["growth"]) == {*scopes(), COUNTRY_NAMED}
    for size in figures["sizes"]:
        assert set(size) == set(SizeFigures.model_fields)
        for row in size["filters"]:
            assert 0 < row["one_asker"]["p50"] <= row["one_asker"]["p95"] < 5000
            assert row["one_asker"]["times"] > 0
            assert row["parts_ms"]["scoring"] >= 0
    smaller, larger = figures["sizes"]
    assert larger["ledger_mb"] > smaller["ledger_mb"] > 0


def test_a_size_of_nothing_is_refused_in_one_line(polydesk: Command) -> None:
    status, _, errors = polydesk("bench", "search", "--chunks", "0")
    assert status == 2
    assert "Traceback" not in errors
