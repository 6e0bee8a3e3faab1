"""One writer to a collection at a time: the ledger holds the lock."""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Engine, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ingest.errors import IngestUserError
from ingest.ledger.tables import LockRow, now

_LIFE = timedelta(seconds=60)  # a holder that stops renewing for so long is taken for dead
_RENEWAL_S = 15.0


@contextmanager
def writer_lock(engine: Engine, name: str = "writer", wait_s: float = 5.0) -> Iterator[None]:
    """Hold the lock ``name``, renewing it in the background.

    :raises IngestUserError: another process still holds it after ``wait_s`` seconds.
    """
    holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    deadline = time.monotonic() + wait_s
    while (other := _take(engine, name, holder)) is not None:
        if time.monotonic() > deadline:
            host, process = other.split(":")[:2]
            raise IngestUserError(
                f"another ingest run (process {process} on {host}) is writing; wait for it to end, then run this again"
            )
        time.sleep(0.2)
    done = threading.Event()
    renewal = threading.Thread(target=_renew, args=(engine, name, holder, done), daemon=True)
    renewal.start()
    try:
        yield
    finally:
        done.set()
        renewal.join()
        with Session(engine) as session, session.begin():
            session.execute(delete(LockRow).where(LockRow.name == name, LockRow.holder == holder))


def _take(engine: Engine, name: str, holder: str) -> str | None:
    """Try to take the lock; None when taken, else its present holder."""
    try:
        with Session(engine) as session, session.begin():
            row = session.get(LockRow, name, with_for_update=True)
            if row is None:
                session.add(LockRow(name=name, holder=holder, expires_at=now() + _LIFE))
                return None
            if row.expires_at > now() and not _is_dead(row.holder):
                return row.holder
            taken = session.execute(
                update(LockRow)
                .where(LockRow.name == name, LockRow.holder == row.holder)
                .values(holder=holder, expires_at=now() + _LIFE)
                .returning(LockRow.name)
            ).scalar()
            return None if taken else row.holder
    except IntegrityError:
        return "another:process"  # somebody inserted the row first: look again


def _is_dead(holder: str) -> bool:
    """A holder on this machine whose process is gone need not be waited for."""
    host, process = holder.split(":")[:2]
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _renew(engine: Engine, name: str, holder: str, done: threading.Event) -> None:
    while not done.wait(_RENEWAL_S):
        with Session(engine) as session, session.begin():
            session.execute(
                update(LockRow).where(LockRow.name == name, LockRow.holder == holder).values(expires_at=now() + _LIFE)
            )
