"""Run the chat page: the store beside it, the address printed, everything ended together."""

from __future__ import annotations

import errno
import signal
import socket
import subprocess
import time
from contextlib import suppress
from types import FrameType

import typer

from app.errors import AppError, AppUserError
from app.settings import Settings
from ingest.store import open_store

_READY_S = 60.0
_END_S = 10.0


def serve_until_stopped(settings: Settings) -> None:
    """Serve the page until Ctrl-C or SIGTERM.

    :raises AppUserError: the port is taken, or the host is not loopback.
    :raises AppError: the page did not come up, or ended by itself.
    """
    from app.ui.server import serve, wait_until_ready

    _check_address(settings.host, settings.port)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    with suppress(_Stopped), open_store(settings.home, settings.chroma_url):  # held, so that the page finds it running
        page = serve(_environment(settings), settings.port)
        try:
            url = f"http://{settings.host}:{settings.port}"
            wait_until_ready(url, page, _READY_S)
            typer.echo(f"polydesk is ready: {url}  (Ctrl-C ends it)")
            raise AppError(f"the chat page ended by itself with status {page.wait()}")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)  # the end is under way; a second Ctrl-C must not cut it short
            _end(page)
    typer.echo("polydesk has stopped.")


class _Stopped(BaseException):
    """Somebody asked for the end."""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _Stopped


def _environment(settings: Settings) -> dict[str, str]:
    """The settings as the page's process reads them."""
    values = settings.model_dump(exclude_none=True)
    return {f"POLYDESK_{name.upper()}": str(value) for name, value in values.items()}


def _check_address(host: str, port: int) -> None:
    if host not in ("127.0.0.1", "localhost", "::1"):
        raise AppUserError(f"POLYDESK_HOST is {host}: without sign-in the page listens on 127.0.0.1 only")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise AppUserError(
                    f"port {port} is in use: stop what listens there, or choose another with POLYDESK_PORT or --port"
                ) from None
            raise AppUserError(f"port {port} cannot be opened: {error.strerror}") from None


def _end(page: subprocess.Popen[bytes]) -> None:
    if page.poll() is None:
        page.terminate()
        deadline = time.monotonic() + _END_S
        while page.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        if page.poll() is None:
            page.kill()
    page.wait()
