"""A server that ends gives the answers that are being written their time."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.ui import ending


@pytest.mark.parametrize("visited", [True, False])
def test_answers_are_finished_when_the_server_ends_and_not_before(
    visited: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float] = []
    desk = SimpleNamespace(jobs=SimpleNamespace(finish=given.append)) if visited else None
    monkeypatch.setattr(ending, "opened_desk", lambda: desk)
    life: Any = ending.finishing(7.0)
    with TestClient(Starlette(lifespan=life)):
        assert given == []
    assert given == ([7.0] if visited else [])
