"""A server that ends gives the answers and drafts that are being written their time."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.ui import ending


@pytest.mark.parametrize("visited", [True, False])
def test_answers_and_drafts_are_finished_when_the_server_ends_and_not_before(
    visited: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float] = []
    finishing = SimpleNamespace(finish=given.append)
    desk = SimpleNamespace(jobs=finishing, drafts=finishing) if visited else None
    monkeypatch.setattr(ending, "opened_desk", lambda: desk)
    life: Any = ending.finishing(7.0)
    with TestClient(Starlette(lifespan=life)):
        assert given == []
    assert [round(seconds) for seconds in given] == ([7, 7] if visited else [])
