"""Each home's own database on the servers that the tests share, named after the home and made when first opened.

Runs at the start of every process, so it imports the standard library alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

POSTGRES, CHROMA, FOLDER = "STACK_POSTGRES", "STACK_CHROMA", "STACK_FOLDER"  # what the processes of tests inherit
TEMPLATE = "migrated"
_PREFIX = "home_"
_FILES = ("ledger.db", "conversations.db")


def name_of(home: Path) -> str:
    """The home's database, on both servers."""
    place = str(home.expanduser().resolve())
    return _PREFIX + hashlib.sha256(place.encode()).hexdigest()[:16]


def database_of(home: Path) -> str:
    """The address of the home's database, which need not be there yet."""
    _note(home)
    return f"{os.environ[POSTGRES]}/{name_of(home)}"


def homes_below(folder: Path) -> Iterator[str]:
    """The names of the homes that were opened in a folder."""
    for note in sorted((Path(os.environ[FOLDER]) / "homes").iterdir()):
        with suppress(FileNotFoundError):  # another worker's, who has just forgotten it
            if Path(note.read_text(encoding="utf-8")).is_relative_to(folder.resolve()):
                yield note.name


def _note(home: Path) -> None:
    (Path(os.environ[FOLDER]) / "homes" / name_of(home)).write_text(str(home.expanduser().resolve()), encoding="utf-8")


def ensure_database(url: str) -> None:
    """Make the database that ``url`` names if it is a home's and is not there."""
    name = url.rpartition("/")[2]
    if not (url.startswith(os.environ[POSTGRES]) and name.startswith(_PREFIX)):
        return
    with _once("postgres", name) as first:
        if first:
            import psycopg

            with psycopg.connect(f"{os.environ[POSTGRES]}/postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}".encode())


@contextmanager
def _once(kind: str, name: str) -> Iterator[bool]:
    """Whether this is the first process that comes for it; the others wait until it has done what is to be done."""
    folder = Path(os.environ[FOLDER]) / kind
    done = folder / name
    if done.exists():
        yield False
        return
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        first = not done.exists()
        yield first
        done.touch()


def _change_settings(module: Any) -> None:
    """Settings that name no server get those of their home."""
    settings = module.IngestSettings
    plain = settings.__init__

    def init(self: Any, *args: Any, **values: Any) -> None:
        plain(self, *args, **values)
        if self.database_url is None:
            self.database_url = database_of(self.home)
        if self.chroma_url is None:
            self.chroma_url, self.chroma_database = os.environ[CHROMA], name_of(self.home)

    settings.__init__ = init


def _change_default(module: Any) -> None:
    """Whoever opens a home's ledger or conversations by its folder alone gets its database."""
    plain = module.sqlite_url

    def url_of(path: Path) -> str:
        return database_of(path.parent) if path.name in _FILES else str(plain(path))

    module.sqlite_url = url_of


def _change_database(module: Any) -> None:
    plain = module.check_database

    def check(url: str) -> None:
        ensure_database(url)
        plain(url)

    module.check_database = check
    _change_default(module)


def _change_store(module: Any) -> None:
    """A home's database in Chroma is made by whoever asks for it first."""
    api = module.HttpApi
    plain = api.check_database

    def check(self: Any) -> None:
        name = self._server.database
        if name.startswith(_PREFIX):
            with _once("chroma", name) as first:
                if first:
                    self.call("POST", "/api/v2/tenants/default_tenant/databases", {"name": name})
        plain(self)

    api.check_database = check


CHANGES: dict[str, Callable[[Any], None]] = {
    "ingest.settings": _change_settings,
    "ingest.database": _change_database,
    "ingest.ledger.engine": _change_default,
    "ingest.store.http_api": _change_store,
}
