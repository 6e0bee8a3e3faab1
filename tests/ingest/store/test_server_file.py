"""What ``server.json`` says is believed only while its keeper is alive."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from ingest.store import open_store
from ingest.store.paths import StorePaths
from ingest.store.server_file import ServerInfo, answers_heartbeat, read_server_file, write_server_file

from .processes import keeper_pid


class _Impostor(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked = True  # type: ignore[attr-defined]  # a note for the test
        body = json.dumps({"nanosecond heartbeat": 1}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def impostor() -> Iterator[HTTPServer]:
    """Somebody else's server, which happens to answer like ours."""
    server = HTTPServer(("127.0.0.1", 0), _Impostor)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_stale_file_with_another_process_number_and_port_does_not_fool_anybody(
    home: Path, impostor: HTTPServer
) -> None:
    paths = StorePaths.under(home)
    paths.create()
    stale = ServerInfo.of_this_process(impostor.server_port)
    write_server_file(paths.server_file, stale)
    assert answers_heartbeat(impostor.server_port)
    del impostor.asked  # type: ignore[attr-defined]  # set by the line before
    with open_store(home) as store:
        assert store.url != stale.url
        assert keeper_pid(home) != os.getpid()
    assert not hasattr(impostor, "asked")


def test_a_damaged_file_is_written_anew(home: Path) -> None:
    paths = StorePaths.under(home)
    paths.create()
    paths.server_file.write_text('{"pid": ')
    with open_store(home) as store:
        info = read_server_file(paths.server_file)
        assert info is not None
        assert info.url == store.url == f"http://127.0.0.1:{info.port}"


def test_a_port_on_which_nobody_listens_gives_no_heartbeat() -> None:
    assert not answers_heartbeat(1)
