"""Run the chat page: the store beside it, the address printed, everything ended together."""

from __future__ import annotations

import errno
import signal
import socket
import subprocess
import time
from contextlib import nullcontext, suppress
from types import FrameType

import typer

from app.address import LOOPBACK, allowed_hosts, is_exposed, public_host
from app.errors import AppError, AppUserError
from app.settings import Settings
from app.telemetry.scraping import check_metrics
from ingest.store import open_store

_READY_S = 60.0
_END_S = 10.0  # beyond what running answers are given
_ANY = ("0.0.0.0", "::")  # noqa: S104  # compared with; what listens there needs signing in


def serve_until_stopped(settings: Settings) -> None:
    """Serve the page until Ctrl-C or SIGTERM.

    :raises AppUserError: the port is taken, or the host is not loopback.
    :raises AppError: the page did not come up, or ended by itself.
    """
    from app.ui.server import serve, wait_until_ready

    _check_sign_in(settings)
    check_metrics(settings)
    _check_port(settings.host, settings.port)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    # A store of our own is held, so that the page finds it running; one elsewhere may come up after the page.
    store = open_store(settings.home) if settings.chroma_url is None else nullcontext()
    with suppress(_Stopped), store:
        page = serve(
            _environment(settings),
            settings.port,
            settings.host,
            hosts=allowed_hosts(settings),
            public_host=public_host(settings),
        )
        try:
            wait_until_ready(f"http://{_reached_at(settings.host)}:{settings.port}", page, _READY_S)
            url = settings.public_url or f"http://{_reached_at(settings.host)}:{settings.port}"
            typer.echo(f"polydesk is ready: {url}  (Ctrl-C ends it)")
            raise AppError(f"the chat page ended by itself with status {page.wait()}")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)  # the end is under way; a second Ctrl-C must not cut it short
            _end(page, settings.finish_seconds + _END_S)
    typer.echo("polydesk has stopped.")


class _Stopped(BaseException):
    """Somebody asked for the end."""


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _Stopped


def _environment(settings: Settings) -> dict[str, str]:
    """The settings as the page's process reads them."""
    values = settings.model_dump(exclude_none=True)
    return {f"POLYDESK_{name.upper()}": _as_variable(value) for name, value in values.items()}


def _as_variable(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _check_sign_in(settings: Settings) -> None:
    """Nobody but the users of this machine gets to a page that asks for no sign-in."""
    from app.accounts.file import AccountFile
    from app.accounts.oidc import load_oidc_settings

    oidc, accounts = load_oidc_settings(), AccountFile(settings.home).all()  # wrong ones are said here, not on the page
    if not is_exposed(settings):
        return
    if not oidc.is_configured and not any(not each.locked for each in accounts):
        where = f"POLYDESK_HOST is {settings.host}" if settings.host not in LOOPBACK else "POLYDESK_PUBLIC_URL is set"
        raise AppUserError(
            f"{where}: without sign-in the page listens on 127.0.0.1 only; "
            "add an account with `polydesk accounts add`, or set POLYDESK_OIDC_CLIENT_ID and what goes with it"
        )
    if settings.host in _ANY and settings.public_url is None:
        raise AppUserError(
            f"POLYDESK_HOST is {settings.host}: also set POLYDESK_PUBLIC_URL to the address that browsers use, "
            "as every other name is turned away"
        )
    if not (settings.public_url or "").startswith("https:"):
        typer.echo(
            "polydesk: passwords and answers travel unencrypted: put a proxy with TLS before the page, and set "
            "POLYDESK_PUBLIC_URL to its https address",
            err=True,
        )


def _reached_at(host: str) -> str:
    """What stands for the host in an address of this machine's own."""
    if host in _ANY:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _check_port(host: str, port: int) -> None:
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


def _end(page: subprocess.Popen[bytes], seconds: float) -> None:
    if page.poll() is None:
        page.terminate()
        deadline = time.monotonic() + seconds
        while page.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        if page.poll() is None:
            page.kill()
    page.wait()
