"""A worker that was taken over by its document says what it likes; the pool's side believes none of it."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ingest.documents import Content, ParsedDocument
from ingest.errors import DocumentError
from ingest.parsing import parse
from ingest.parsing.processes import wire
from ingest.parsing.processes.limits import Limits
from ingest.parsing.processes.worker_handle import OverLimitError, WorkerHandle
from tests.support.patience import PATIENCE_S

NOTE = Content("note.md", b"# Fees\n\nTwo sentences. Both free.\n\n| A | B |\n|---|---|\n| 1 | 2 |\n")
GOOD = wire.document_message(parse(NOTE))


@contextmanager
def worker_that(
    says: Callable[[socket.socket], None], limits: Limits | None = None, at_once: bytes = b""
) -> Iterator[WorkerHandle]:
    """A handle on something that has said ``at_once``, reads a request and then does as ``says``."""
    ours, theirs = socket.socketpair()
    theirs.sendall(at_once)

    def run() -> None:
        with theirs:
            wire.receive_request(lambda count: bytearray(theirs.recv(count, socket.MSG_WAITALL)))
            says(theirs)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield WorkerHandle(ours, os.getpid(), limits or Limits(seconds=PATIENCE_S, memory_bytes=10**12))
    finally:
        ours.close()
        thread.join()


def refused(says: Callable[[socket.socket], None], limits: Limits | None = None, at_once: bytes = b"") -> str:
    with worker_that(says, limits, at_once) as worker, pytest.raises(OverLimitError) as caught:
        worker.parse(NOTE)
    assert str(caught.value.reason).startswith("note.md: ")
    return caught.value.reason.code


def saying(**document: Any) -> Callable[[socket.socket], None]:
    return lambda channel: channel.sendall(wire.frame({"document": {**GOOD["document"], **document}}))


def test_a_good_document_is_believed() -> None:
    with worker_that(saying()) as worker:
        assert worker.parse(NOTE) == parse(NOTE)


@pytest.mark.parametrize(
    "lie",
    [
        {"text": None},
        {"title": 7},
        {"metadata": {"kind": ["policy"]}},
        {"metadata": []},
        {"findings": [["note.md", "Not A Code", "words"]]},
        {"findings": [["note.md"]]},
        {"sections": [["code", [], None, 0, 3, "", []]]},
        {"sections": [["prose", [], -1, 0, 3, "", []]]},
        {"sections": [["prose", [], None, 0, 10**9, "", []]]},
        {"sections": [["prose", [], None, 3, 0, "", []]]},
        {"sections": [["prose", [], None, 0, 3, "", [[0, 99_999]]]]},
        {"sections": [["prose", [], None, 0, 3, "", [[True, 2]]]]},
        {"sections": [["prose", [1], None, 0, 3, "", []]]},
        {"sections": "prose"},
    ],
)
def test_a_document_that_is_none_is_refused(lie: dict[str, Any]) -> None:
    assert refused(saying(**lie)) == "crashed"


@pytest.mark.parametrize("said", [b"not json", b"[]", b"{}", b'{"error": {}}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_message_is_refused(said: bytes) -> None:
    assert refused(lambda channel: channel.sendall(len(said).to_bytes(4, "big") + said)) == "crashed"


def test_a_message_that_never_ends_is_not_collected() -> None:
    limits = Limits(seconds=PATIENCE_S, memory_bytes=10**12, output_bytes=1000)
    assert refused(lambda channel: channel.sendall((1001).to_bytes(4, "big")), limits) == "too-large"


def test_a_worker_that_says_nothing_more_has_crashed() -> None:
    assert refused(lambda channel: None) == "crashed"


def test_more_time_is_granted_when_asked_for() -> None:
    def says(channel: socket.socket) -> None:
        time.sleep(1.2)
        channel.sendall(wire.frame(GOOD))

    extended = wire.frame({"event": "extend", "seconds": PATIENCE_S})
    with worker_that(says, Limits(seconds=1, memory_bytes=10**12), extended) as worker:
        assert worker.parse(NOTE).title == "Fees"


def test_more_time_is_granted_up_to_a_limit() -> None:
    given_up = threading.Event()
    extended = wire.frame({"event": "extend", "seconds": 100}) * 20
    limits = Limits(seconds=0.3, extension_seconds=0.4, memory_bytes=10**12)
    began = time.monotonic()
    with worker_that(lambda _channel: unless(given_up), limits, extended) as worker:
        with pytest.raises(OverLimitError) as caught:
            worker.parse(NOTE)
        given_up.set()
    assert caught.value.reason.code == "too-slow"
    assert time.monotonic() - began > 0.6


def unless(given_up: threading.Event) -> None:
    """Say nothing until then, or for so long that it cannot be what was waited for."""
    given_up.wait(PATIENCE_S)


@pytest.mark.parametrize("event", [{"event": "stop"}, {"event": "extend"}, {"event": "extend", "seconds": -1}])
def test_events_that_are_none_are_refused(event: dict[str, Any]) -> None:
    assert refused(lambda channel: channel.sendall(wire.frame(event))) == "crashed"


def test_a_reason_is_made_one_line_without_control_characters() -> None:
    error = {"error": {"code": "unreadable", "message": "note.md: bad\n\x1b[31mred\u202e" + "x" * 10_000}}
    with (
        worker_that(lambda channel: channel.sendall(wire.frame(error))) as worker,
        pytest.raises(DocumentError) as caught,
    ):
        worker.parse(NOTE)
    message = str(caught.value)
    assert message.startswith("note.md: bad [31mred")
    assert message.isprintable()
    assert len(message) <= 600


def test_half_a_surrogate_pair_does_not_break_the_wire() -> None:
    document = ParsedDocument("a\ud800b", "t\udfff", ())
    with worker_that(lambda channel: channel.sendall(wire.frame(wire.document_message(document)))) as worker:
        assert worker.parse(NOTE).text == "a?b"
