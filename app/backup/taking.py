"""Take a backup of a home that is in use."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pydantic import ValidationError

from app.backup.archive import SUFFIX, pack
from app.backup.copying import copy_database, copy_file, empty_table, is_sqlite
from app.backup.manifest import LEFT_OUT, NAME, Manifest, Member, digest_of
from app.conversations.database import VERSION_TABLE as CONVERSATIONS_VERSION
from app.errors import AppError, AppUserError
from ingest.ledger.engine import VERSION_TABLE as LEDGER_VERSION

LEDGER, CONVERSATIONS = "ledger.db", "conversations.db"
_PASSING = (".lock", "-wal", "-shm", "-journal", ".new", ".partial")  # locks, and what belongs to a moment
_NOT_KEPT = "answered_before"  # made again by and by; who restores a home may have other models and documents there
_REVISIONS = {LEDGER: LEDGER_VERSION, CONVERSATIONS: CONVERSATIONS_VERSION}


@dataclass(frozen=True)
class Backup:
    """A backup that was taken; ``written`` bytes lie at ``place``."""

    place: Path
    manifest: Manifest
    written: int


def take_backup(
    home: Path, place: Path, database_elsewhere: bool = False, progress: Callable[[int], None] = lambda _files: None
) -> Backup:
    """Copy ``home`` to ``place``, a file whose name ends in ``.tar.zst`` or else a folder; nobody has to stop working.

    :param database_elsewhere: ledger and conversations are in another database than the home's own files.
    :param progress: called with the number of files copied since the last call.
    :raises AppUserError: there is no such home, or ``place`` is there already, in the home, or cannot be written.
    :raises AppError: a file is damaged.
    """
    place = place.expanduser().absolute()
    _check(home, place)
    with _written_beside(place) as beside:
        folder = beside / "content"
        folder.mkdir()
        members = tuple(_copied(home, folder, progress))
        manifest = Manifest(
            polydesk=version("polydesk"),
            taken_at=datetime.now(UTC).replace(microsecond=0),
            databases="elsewhere" if database_elsewhere else "included",
            revisions={name: found for name in _REVISIONS if (found := revision_of(folder / name))},
            left_out=LEFT_OUT,
            members=members,
        )
        (folder / NAME).write_bytes(manifest.dumped())
        if place.name.endswith(SUFFIX):
            archive = beside / "archive"
            pack(folder, manifest, archive)
            _put(archive, place)
            return Backup(place, manifest, place.stat().st_size)
        with suppress(FileNotFoundError):
            place.rmdir()  # an empty folder, as was checked
        _put(folder, place)
        return Backup(place, manifest, manifest.size)


def revision_of(database: Path) -> str | None:
    """The revision of the schema in a copied database; None where it has none."""
    if not database.exists():
        return None
    with closing(sqlite3.connect(database)) as connection, suppress(sqlite3.Error):
        row = connection.execute(f"SELECT version_num FROM {_REVISIONS[database.name]}").fetchone()  # noqa: S608
        return str(row[0]) if row else None
    return None


def _check(home: Path, place: Path) -> None:
    if not home.is_dir():
        raise AppUserError(f"{home}: there is nothing to back up; set POLYDESK_HOME to the home that is meant")
    if place.resolve().is_relative_to(home.resolve()):
        raise AppUserError(f"{place}: lies in the home itself and would be lost with it; name a place elsewhere")
    if place.is_dir() and not place.name.endswith(SUFFIX):
        if any(place.iterdir()):
            raise AppUserError(f"{place}: is not empty; name a folder that is not there yet, or a file as NAME{SUFFIX}")
    elif os.path.lexists(place):
        raise AppUserError(f"{place}: is there already; name another file, or delete that one first")


@contextmanager
def _written_beside(place: Path) -> Iterator[Path]:
    """A folder on the disk of ``place`` that nobody else may look into, deleted at the end."""
    beside = place.parent / f".{place.name}.{uuid.uuid4().hex[:8]}"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside.mkdir(mode=0o700)
        try:
            yield beside
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise AppUserError(f"{place}: the backup cannot be written there: {error.strerror or error}") from error


def _put(made: Path, place: Path) -> None:
    """Give what was made its name, once it is on the disk."""
    for path in (made, place.parent):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if path == made:
            made.rename(place)


def _copied(home: Path, folder: Path, progress: Callable[[int], None]) -> Iterator[Member]:
    for name in _in_order(home):
        source, target = home / name, folder / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            (copy_database if is_sqlite(source) else copy_file)(source, target)
            if name == CONVERSATIONS:
                empty_table(target, _NOT_KEPT)
        except FileNotFoundError:
            target.unlink(missing_ok=True)
            continue  # deleted meanwhile
        except PermissionError as error:
            raise AppError(f"{name} cannot be read: run this as the user that polydesk runs as") from error
        target.chmod(0o600)
        progress(1)
        yield _member(name, target)


def _member(name: str, copy: Path) -> Member:
    try:
        return Member(path=name, size=copy.stat().st_size, sha256=digest_of(copy))
    except ValidationError:
        raise AppUserError(f"{name!r}: no backup can hold a file of that name; rename it or take it away") from None


def _in_order(home: Path) -> list[str]:
    """Files below ``home`` that a backup takes, the ledger last: what names its versions must not be newer than it."""
    return sorted(_files(home), key=lambda name: (name == LEDGER, name != CONVERSATIONS, name))


def _files(home: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(home):
        below = Path(folder).relative_to(home)
        if below == Path():
            folders[:] = [name for name in folders if name not in LEFT_OUT]
            names = [name for name in names if name not in LEFT_OUT]
        for name in names:
            if not name.endswith(_PASSING) and _is_plain(Path(folder, name)):
                yield (below / name).as_posix()


def _is_plain(path: Path) -> bool:
    """Neither a link nor a socket; what is gone by now is passed over."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False
