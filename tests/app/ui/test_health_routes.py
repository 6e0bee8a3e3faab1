"""What those who watch the page's process are told, and what they are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.health.watch import HealthWatch, Part, State
from app.settings import Settings
from app.ui.health_routes import LIVE, READY, health_routes


def client(tmp_path: Path, *parts: Part) -> TestClient:
    return TestClient(Starlette(routes=list(health_routes(Settings(home=tmp_path), HealthWatch(parts)))))


def broken() -> State:
    raise OSError("postgresql://root:secret@db.internal/polydesk does not answer, see /home/anna/.polydesk")


def test_the_process_lives_whatever_is_broken_behind_it(tmp_path: Path) -> None:
    answer = client(tmp_path, Part("database", broken)).get(LIVE)
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


@pytest.mark.parametrize(("needed", "status", "code"), [(True, "unready", 503), (False, "degraded", 200)])
def test_what_is_broken_is_named_and_nothing_else_about_it(
    needed: bool, status: str, code: int, tmp_path: Path
) -> None:
    answer = client(tmp_path, Part("database", broken, needed)).get(READY)
    assert (answer.status_code, answer.json()) == (code, {"status": status, "parts": {"database": "gone"}})
    assert answer.headers["cache-control"] == "no-store"
