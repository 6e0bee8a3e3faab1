"""A real PostgreSQL server in a temporary folder, for the tests of databases by URL."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from eval.ports import free_port

_USER = "polydesk"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of an empty database; skips where PostgreSQL is not installed or cannot be started."""
    with postgres_server() as url:
        yield url


@contextmanager
def postgres_server() -> Iterator[str]:
    """A server until the block ends, and the URL of an empty database in it; skips where there can be none."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (initdb was not found)")
    # PostgreSQL refuses to run as root; Debian's package makes a user for it.
    account = "postgres" if getpass.getuser() == "root" else None
    folder = Path(tempfile.mkdtemp(prefix="polydesk-pg-"))
    try:
        if account:
            shutil.chown(folder, account)
        with _server(binaries, folder, account) as port:
            yield f"postgresql://{_USER}@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server(binaries: Path, folder: Path, account: str | None) -> Iterator[int]:
    data, port = folder / "data", free_port()

    def run(*command: str) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            command, user=account, env=environment, cwd=folder, capture_output=True, text=True, timeout=120
        )
        if done.returncode:
            pytest.skip(f"PostgreSQL cannot be started here: {done.stderr.strip()[-300:]}")

    run(str(binaries / "initdb"), "-D", str(data), "-U", _USER, "--auth=trust", "--encoding=UTF8", "--no-sync")
    control = str(binaries / "pg_ctl")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=300"
    options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    run(control, "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield port
    finally:
        run(control, "-D", str(data), "-m", "immediate", "-w", "stop")


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


def emptied(server: str) -> str:
    """The database without its tables."""
    engine = create_engine(server.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return server
