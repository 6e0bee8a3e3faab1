"""The page starts whatever is not there yet, says what is missing, and finds it when it comes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from ingest.store import open_store
from tests.support.gate import Gate
from tests.support.patience import PATIENCE_S, wait_until


@pytest.fixture
def chroma(tmp_path: Path) -> Iterator[Gate]:
    """A Chroma server that nobody gets to yet."""
    with open_store(tmp_path / "elsewhere") as store:
        gate = Gate(int(store.url.rpartition(":")[2]))
        yield gate
        gate.shut()


def asked(port: int, path: str) -> tuple[int, dict[str, object]]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@pytest.mark.slow
def test_the_page_starts_before_its_store_and_is_ready_once_that_is_there(
    chroma: Gate, make_home: Callable[[], Path]
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {"POLYDESK_HOME": str(make_home()), "POLYDESK_MODEL": "quoting", "POLYDESK_CHROMA_URL": chroma.url}
    command = [sys.executable, "-m", "app.main", "ui", "--port", str(port)]
    with subprocess.Popen(command, env={**os.environ, **own}, stdout=subprocess.PIPE, text=True) as page:
        assert page.stdout is not None and f":{port}" in page.stdout.readline()
        assert asked(port, "/healthz") == (200, {"status": "alive"})
        parts = {"database": "ok", "store": "gone", "language_model": "off", "judge": "ok"}
        wait_until(
            lambda: asked(port, "/readyz") == (503, {"status": "unready", "parts": parts | {"embedding_model": "ok"}}),
            "all but the store is there",
        )
        chroma.open()
        wait_until(lambda: asked(port, "/readyz")[0] == 200, "the store is there, too")
        chroma.shut()
        wait_until(lambda: asked(port, "/readyz")[0] == 503, "the store is gone again")
        assert asked(port, "/healthz")[0] == 200
        page.send_signal(signal.SIGTERM)
        assert page.wait(PATIENCE_S) == 0
