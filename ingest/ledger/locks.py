"""One writer to a collection at a time: the ledger holds the lock."""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial

from sqlalchemy import Engine, delete, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from ingest.errors import IngestUserError, LedgerError
from ingest.ledger.tables import LockRow, now

_LIFE = timedelta(seconds=60)  # a holder that stops renewing for so long is taken for dead
_RENEWAL_S = 15.0


@contextmanager
def writer_lock(engine: Engine, name: str = "writer", wait_s: float = 5.0) -> Iterator[Callable[[], None]]:
    """Hold the lock ``name``, renewing it in the background.

    Yields a function to call before every write: it renews the lock, and raises ``LedgerError`` where another
    process has taken it meanwhile, as after this machine slept for longer than a lock lives.

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
    renew = partial(_renew, engine, name, holder)
    renewal = threading.Thread(target=_renew_until, args=(done, renew), daemon=True)
    renewal.start()
    try:
        yield renew
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


def _renew(engine: Engine, name: str, holder: str) -> None:
    with Session(engine) as session, session.begin():
        renewed = session.execute(
            update(LockRow)
            .where(LockRow.name == name, LockRow.holder == holder)
            .values(expires_at=now() + _LIFE)
            .returning(LockRow.name)
        ).scalar()
    if renewed is None:
        raise LedgerError(
            "another ingest run took over while this one was asleep; what is not written yet is left to it"
        )


def _renew_until(done: threading.Event, renew: Callable[[], None]) -> None:
    while not done.wait(_RENEWAL_S):
        with suppress(SQLAlchemyError, LedgerError):  # tried again soon, and the writer itself asks before it writes
            renew()
