"""Homes whose server ends soon after its last user, and is gone for certain when the test is over."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.store.keeper import LINGER_VARIABLE
from tests.support.patience import wait_until

from .processes import keeper_is_alive, keeper_pid


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(LINGER_VARIABLE, "0.3")
    place = tmp_path / "home"
    yield place
    _end_keeper(place)


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One home for all tests of a file."""
    place = tmp_path_factory.mktemp("shared") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(LINGER_VARIABLE, "0.3")
        yield place
    _end_keeper(place)


def _end_keeper(place: Path) -> None:
    try:
        wait_until(lambda: not keeper_is_alive(place), "the server ends after its users")
    except AssertionError:
        if (pid := keeper_pid(place)) != os.getpid():  # a test may have written its own number
            os.kill(pid, signal.SIGKILL)
        raise
