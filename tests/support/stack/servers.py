"""The servers that all homes of a run share: one PostgreSQL, one Chroma."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from tenacity import Retrying, stop_after_delay, wait_fixed

from tests.support.postgres import postgres_server
from tests.support.stack.homes import CHROMA, FOLDER, POSTGRES, TEMPLATE, homes_below

_PATIENCE_S = 30.0


@contextmanager
def shared_servers() -> Iterator[None]:
    """Start both, and let the environment say where they are; whoever starts from here uses them."""
    from ingest.store import open_store

    folder = Path(tempfile.mkdtemp(prefix="polydesk-stack-"))
    for kind in ("homes", "postgres", "chroma"):
        (folder / kind).mkdir()
    with postgres_server() as url, open_store(folder / "store") as store:
        address = url.removesuffix("/postgres")
        _make_template(address)
        os.environ.update({POSTGRES: address, CHROMA: store.url, FOLDER: str(folder)})
        yield
    shutil.rmtree(folder, ignore_errors=True)


def forget_homes(folder: Path) -> None:
    """Drop what the homes in a folder had on the servers; whoever is still connected is not any more."""
    from ingest.store import ChromaServer
    from ingest.store.http_api import HttpApi

    stack = Path(os.environ[FOLDER])
    for name in list(homes_below(folder)):
        if (stack / "postgres" / name).exists():
            with psycopg.connect(f"{os.environ[POSTGRES]}/postgres", autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        if (stack / "chroma" / name).exists():
            client = HttpApi(ChromaServer(os.environ[CHROMA]))
            # Beside other workers' writes its SQLite may be locked for longer than it waits.
            again = Retrying(stop=stop_after_delay(_PATIENCE_S), wait=wait_fixed(0.2), reraise=True)
            again(client.call, "DELETE", f"/api/v2/tenants/default_tenant/databases/{name}")
            client.close()
        for kind in ("postgres", "chroma", "homes"):
            (stack / kind / name).unlink(missing_ok=True)


def _make_template(address: str) -> None:
    """Migrations take longer than most tests, and have tests of their own: a home's database begins with them done."""
    from app.conversations.database import open_database
    from ingest.ledger.engine import open_ledger

    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}".encode())
    url = f"{address}/{TEMPLATE}"
    open_ledger(Path("nowhere"), url).dispose()
    open_database(url)[0].dispose()
