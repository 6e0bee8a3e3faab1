"""A small web site on loopback, for tests: pages that change, validators, and a count of what was asked."""

from __future__ import annotations

import gzip
import hashlib
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

_POLL_S = 0.02


@dataclass
class Reply:
    """What the site answers under one path.

    :param validators: whether it is sent with an ETag and answered 304 when that is asked with.
    :param status: 0 closes the connection without a word.
    :param first: statuses, with their headers, of the first answers, before this one.
    """

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    validators: bool = True
    first: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that leaves in the middle of a body, as it may, is no failure of the site."""
        if not isinstance(sys.exception(), ConnectionError):
            raise


class Website:
    """A context manager: ``with Website() as site: site.page("/", "<h1>Hello</h1>")``.

    The port is the same for every host name; tests send names here with a resolver of their own.
    """

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.requests: list[tuple[str, str, dict[str, str]]] = []  # host, path, headers in lower case
        self.bodies: Counter[str] = Counter()  # answers with a body, by path
        self.unchanged: Counter[str] = Counter()  # answers 304, by path
        self._lock = threading.Lock()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site._answer(self)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL_S,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def page(self, path: str, body: str, *, lang: str = "en", title: str = "", head: str = "") -> None:
        """Serve HTML with menus and a footer around ``body``."""
        self.replies[path] = Reply(
            f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
            f'<header><a href="/">ACME</a></header><nav><a href="/">Home</a></nav><main>{body}</main>'
            f"<footer>© ACME</footer></body></html>".encode()
        )

    def sitemap(self, path: str, *paths: str, index: bool = False, packed: bool = False) -> None:
        """Serve a sitemap of ``paths`` on this site, or of whole addresses."""
        root, entry = ("sitemapindex", "sitemap") if index else ("urlset", "url")
        addresses = (item if item.startswith("http") else self.url + item for item in paths)
        entries = "".join(f"<{entry}><loc>{address}</loc></{entry}>" for address in addresses)
        xml = (
            f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            f"{entries}</{root}>"
        ).encode()
        self.replies[path] = (
            Reply(gzip.compress(xml, mtime=0), "application/gzip") if packed else Reply(xml, "application/xml")
        )

    def redirect(self, path: str, target: str, status: int = 301) -> None:
        self.replies[path] = Reply(status=status, headers={"Location": target})

    def asked(self) -> list[str]:
        """Paths in the order they were asked for, robots.txt aside."""
        return [path for _host, path, _headers in self.requests if path != "/robots.txt"]

    def forget(self) -> None:
        """Count from nothing again."""
        self.requests.clear()
        self.bodies.clear()
        self.unchanged.clear()

    def __enter__(self) -> Website:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path
        headers = {name.lower(): value for name, value in request.headers.items()}
        with self._lock:
            self.requests.append((headers.get("host", ""), path, headers))
            reply = self.replies.get(path, Reply(b"not here", "text/plain", 404))
            status, extra = reply.first.pop(0) if reply.first else (reply.status, reply.headers)
            body = reply.body if status == reply.status else b""
            if status == 200 and reply.validators and headers.get("if-none-match") == reply.etag:
                status, body = 304, b""
                self.unchanged[path] += 1
            elif body and status == 200:
                self.bodies[path] += 1
        if not status:
            request.close_connection = True
            return
        request.send_response(status)
        for name, value in extra.items():
            request.send_header(name, value)
        if status == 200 and reply.validators:
            request.send_header("ETag", reply.etag)
        if status != 304:
            if reply.content_type:
                request.send_header("Content-Type", reply.content_type)
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
