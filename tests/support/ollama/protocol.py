"""HTTP as Ollama speaks it: routes, JSON answers, NDJSON streams, clients that leave."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.ollama.blobs import PREFIX, Blobs
from tests.support.ollama.bodies import Body
from tests.support.ollama.errors import ClientGoneError, ConnectionDroppedError, OllamaError
from tests.support.ollama.inference import Answer

_WATCH_S = 0.02  # how often it is looked whether the client is still there
_JOIN_S = 5.0

Endpoint = Callable[[Body, threading.Event], Answer]


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came in."""

    method: str
    path: str
    body: Body


@dataclass(slots=True)
class Journal:
    """What happened, in order."""

    calls: list[Call] = field(default_factory=list)
    cancelled: list[Body] = field(default_factory=list)  # bodies of requests whose client left before the end
    failures: list[BaseException] = field(default_factory=list)  # what no endpoint meant to raise


class OllamaHTTPServer(ThreadingHTTPServer):
    """A thread for every connection; :meth:`stop` ends them all.

    :param wire_bytes: bytes of a stream written at a time, cutting through lines and characters; None for whole lines.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        port: int,
        gets: dict[str, Callable[[], Body | str]],
        posts: dict[str, Endpoint],
        journal: Journal,
        wire_bytes: int | None,
        blobs: Blobs,
    ) -> None:
        self.blobs = blobs
        self.gets = gets
        self.posts = posts
        self.journal = journal
        self.wire_bytes = wire_bytes
        self.stopping = threading.Event()
        self._open: dict[threading.Thread, socket.socket] = {}
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        self._open[threading.current_thread()] = request
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.pop(threading.current_thread(), None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks between two requests is no failure; :class:`_Handler` keeps the others."""

    def stop(self) -> None:
        """Cancel what runs, close every connection and wait for their threads."""
        self.stopping.set()
        self.shutdown()
        for thread, connection in list(self._open.items()):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(_JOIN_S)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: OllamaHTTPServer
    protocol_version = "HTTP/1.1"
    server_version = "ollama-test"
    disable_nagle_algorithm = True
    _streaming = False  # the status line of a stream has gone out

    def do_GET(self) -> None:
        self._get(with_body=True)

    def do_HEAD(self) -> None:
        if self.path.startswith(PREFIX):
            self._file(lambda digest: 200 if self.server.blobs.has(digest) else 404)
        else:
            self._get(with_body=False)

    def do_POST(self) -> None:
        if self.path.startswith(PREFIX):
            content = self._read()
            self._file(lambda digest: self.server.blobs.put(digest, content))
            return
        endpoint = self.server.posts.get(self.path)
        if endpoint is None:
            self._read()
            self._no_route(known=self.path in self.server.gets)
            return
        body: Body = {}
        self._streaming = False
        try:
            body = self._body()
            self.server.journal.calls.append(Call("POST", self.path, body))
            with self._watched() as cancelled:
                self._answer(endpoint, body, cancelled)
        except OllamaError as error:
            self._send(error.status, {"error": error.message})
        except ConnectionDroppedError:
            self._drop()
        except (ClientGoneError, ConnectionError):
            if not self.server.stopping.is_set():
                self.server.journal.cancelled.append(body)
            self._drop()
        except Exception as error:  # kept in the journal and raised when the server stops
            self.server.journal.failures.append(error)
            if self._streaming:
                self._drop()
            else:
                self._send(500, {"error": f"the test server failed: {error!r}"})

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the journal tells what happened."""

    def _file(self, status_of: Callable[[str], int]) -> None:
        """Answer for the file of a digest: a status alone, or the reason why not."""
        self.server.journal.calls.append(Call(self.command, self.path, {}))
        with_body = self.command != "HEAD"
        try:
            self._send(status_of(self.path.removeprefix(PREFIX)), "", with_body)
        except OllamaError as error:
            self._send(error.status, {"error": error.message}, with_body)

    def _get(self, with_body: bool) -> None:
        answer = self.server.gets.get(self.path)
        self.server.journal.calls.append(Call(self.command, self.path, {}))
        if answer is None:
            self._no_route(known=self.path in self.server.posts)
            return
        self._send(200, answer(), with_body)

    def _answer(self, endpoint: Endpoint, body: Body, cancelled: threading.Event) -> None:
        answer = endpoint(body, cancelled)
        if isinstance(answer, dict):
            self._send(200, answer)
            return
        try:
            first = next(answer)  # an error before the first line is a status, after it a line
            self._streaming = True
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self._write_line(first)
            self._write_rest(answer)
            self.wfile.write(b"0\r\n\r\n")
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()

    def _write_rest(self, lines: Iterator[Body]) -> None:
        try:
            for line in lines:
                self._write_line(line)
        except OllamaError as error:
            self._write_line({"error": error.message})

    def _write_line(self, line: Body) -> None:
        data = _encode(line) + b"\n"
        size = self.server.wire_bytes or len(data)
        for start in range(0, len(data), size):
            piece = data[start : start + size]
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")

    def _body(self) -> Body:
        data = self._read()
        if not data:
            raise OllamaError(400, "missing request body")
        try:
            body = json.loads(data)
        except ValueError as error:
            raise OllamaError(400, f"invalid character in request body: {error}") from error
        if not isinstance(body, dict):
            raise OllamaError(400, "json: cannot unmarshal a request body that is not an object")
        return body

    def _read(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _no_route(self, known: bool) -> None:
        self._send(405, "405 method not allowed") if known else self._send(404, "404 page not found")

    def _send(self, status: int, content: Body | str, with_body: bool = True) -> None:
        data = content.encode() if isinstance(content, str) else _encode(content)
        kind = "text/plain" if isinstance(content, str) else "application/json"
        with suppress(ConnectionError):
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if with_body:
                self.wfile.write(data)

    def _drop(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _watched(self) -> Iterator[threading.Event]:
        cancelled, done = threading.Event(), threading.Event()
        watcher = threading.Thread(target=self._watch, args=(cancelled, done), name="ollama-watch", daemon=True)
        watcher.start()
        try:
            yield cancelled
        finally:
            done.set()
            watcher.join()

    def _watch(self, cancelled: threading.Event, done: threading.Event) -> None:
        while not done.wait(_WATCH_S):
            if self.server.stopping.is_set() or self._client_left():
                cancelled.set()
                return

    def _client_left(self) -> bool:
        try:
            waiting: bytes = self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            return waiting == b""
        except BlockingIOError:
            return False
        except OSError:
            return True


def _encode(content: Body) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # Go's encoder keeps characters as UTF-8 but escapes these three.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").encode()
