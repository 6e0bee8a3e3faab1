"""A database of the test's own: SQLite or, in the fixtures that say ``any``, PostgreSQL as well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.conversations.database import default_url
from app.conversations.sessions import Sessions
from tests.support.postgres import emptied


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.local("on SQLite")), "postgresql"])
def any_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return default_url(tmp_path)
    return emptied(request.getfixturevalue("postgres_url"))


@pytest.fixture
def any_sessions(any_url: str) -> Iterator[Sessions]:
    yield from _opened(any_url)


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    yield from _opened(default_url(tmp_path))


def _opened(url: str) -> Iterator[Sessions]:
    sessions = Sessions(url)
    yield sessions
    sessions.close()
