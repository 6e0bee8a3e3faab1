"""Bring a backup back: checked and made ready beside the home, then put in its place by renaming."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.backup.archive import unpack
from app.backup.indexes import make_indexes
from app.backup.manifest import Manifest, Member
from app.backup.taking import CONVERSATIONS, LEDGER
from app.backup.using import refuse_if_used
from app.conversations.database import default_url, open_database
from app.errors import AppError, AppUserError
from app.settings import Settings
from ingest.errors import IngestError
from ingest.ledger.engine import open_ledger
from ingest.store.leases import try_lock

_MODELS = "models"
_SPARE = 100_000_000  # bytes that stay free
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Restored:
    """What came back.

    :param records: of the vector store, made from the ledger; None where that is left to do.
    :param set_aside: where the home that was there before is now.
    """

    home: Path
    manifest: Manifest
    records: int | None = None
    set_aside: Path | None = None


def examine(source: Path, progress: Progress = lambda _files: None) -> Manifest:
    """Read a whole backup and compare every file with what was backed up; writes nothing.

    :raises AppUserError: it is not there, damaged, incomplete, or holds what no backup holds.
    """
    return _unpacked(source, None, progress)


def restore(
    source: Path,
    settings: Settings,
    with_indexes: bool = True,
    unpacking: Progress = lambda _files: None,
    indexing: Progress = lambda _records: None,
) -> Restored:
    """Restore a backup as the home of ``settings``; one that is there is kept under another name.

    Until everything is checked and made, nothing of that home is touched.

    :param with_indexes: whether store and index are made from the ledger; else ``documents verify --repair`` does it.
    :raises AppUserError: the backup cannot be used, or the home is in use or cannot be replaced.
    :raises AppError: the store could not be made from the ledger.
    """
    home = settings.home
    _check_place(home)
    if not source.exists():
        raise AppUserError(f"{source}: there is no such backup")
    home.parent.mkdir(parents=True, exist_ok=True)
    with _alone(home):
        refuse_if_used(home)
        with _beside(home) as fresh:
            manifest = _unpacked(source, fresh, unpacking)
            if manifest.databases == "included" and settings.database_url:
                raise AppUserError(
                    "POLYDESK_DATABASE_URL is set, and this backup holds its databases itself: unset it, "
                    "then restore; what it names would be used, and not what was restored"
                )
            _upgrade(fresh, source)
            records = None
            if with_indexes and (fresh / LEDGER).exists() and settings.chroma_url is None:
                with _borrowed_models(home, fresh):
                    records = make_indexes(fresh, settings, indexing)
            refuse_if_used(home)  # it took its time
            aside = _switch(home, fresh)
    return Restored(home, manifest, records, aside)


def _unpacked(source: Path, into: Path | None, progress: Progress) -> Manifest:
    found: Manifest | None = None
    for each in unpack(source, into):
        if isinstance(each, Member):
            progress(1)
        else:
            found = each
            if into is not None and found.size + _SPARE > shutil.disk_usage(into).free:
                raise AppUserError(f"{into.parent}: has no room for the {found.size / 1e9:.1f} GB of this backup")
    if found is None:
        raise AppUserError(f"{source.name}: is no backup")
    return found


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    descriptor = try_lock(home.parent / f".{home.name}.restore.lock")
    if descriptor is None:
        raise AppUserError(f"{home}: another restoration is under way; wait until it has ended")
    try:
        yield
    finally:
        os.close(descriptor)


def _check_place(home: Path) -> None:
    if home.is_symlink() or (home.exists() and not home.is_dir()):
        raise AppUserError(f"{home}: is no folder; name the folder itself with --to")
    if os.path.ismount(home):
        raise AppUserError(f"{home}: is a mount, which cannot be renamed; restore into a folder in it with --to")
    if home.exists() and home.stat().st_uid != os.geteuid():
        raise AppUserError(f"{home}: belongs to another user; run this as the one that polydesk runs as")


@contextmanager
def _beside(home: Path) -> Iterator[Path]:
    """An empty folder on the same disk; what restorations left that were killed is cleared away."""
    begun = f".{home.name}.restoring-"
    for left in home.parent.glob(f"{begun}*"):
        shutil.rmtree(left, ignore_errors=True)
    fresh = home.parent / f"{begun}{uuid.uuid4().hex[:8]}"
    try:
        fresh.mkdir(mode=0o700)
        yield fresh
    except OSError as error:
        raise AppUserError(f"{home.parent}: the backup cannot be restored there: {error.strerror or error}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _upgrade(fresh: Path, source: Path) -> None:
    """Bring the databases to the schema of this version."""
    try:
        if (fresh / LEDGER).exists():
            open_ledger(fresh).dispose()
        if (fresh / CONVERSATIONS).exists():
            open_database(default_url(fresh))[0].dispose()
    except (IngestError, AppError) as error:
        raise AppUserError(f"{source.name}: {error}") from error


@contextmanager
def _borrowed_models(home: Path, fresh: Path) -> Iterator[None]:
    """The models that are unpacked in the home, while there is something to do with them beside it."""
    models = home / _MODELS
    if not models.is_dir():
        yield
        return
    link = fresh / _MODELS
    link.symlink_to(models.resolve())
    try:
        yield
    finally:
        link.unlink()


def _switch(home: Path, fresh: Path) -> Path | None:
    """Put ``fresh`` in the place of ``home``, with the models that were there; where the home before went."""
    if not home.exists():
        fresh.rename(home)
        return None
    aside = _free_name(home)
    home.rename(aside)
    try:
        fresh.rename(home)
    except OSError:
        aside.rename(home)
        raise
    if os.path.lexists(aside / _MODELS) and not (home / _MODELS).exists():
        with suppress(OSError):  # they are unpacked again, then
            (aside / _MODELS).rename(home / _MODELS)
    return aside


def _free_name(home: Path) -> Path:
    base = f"{home.name}.before-{datetime.now():%Y%m%d-%H%M%S}"
    names = (base, *(f"{base}-{number}" for number in range(2, 1_000)))
    return next(home.parent / name for name in names if not os.path.lexists(home.parent / name))
