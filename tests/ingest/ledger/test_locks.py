"""One writer at a time: a second is refused, and no dead writer keeps the living waiting."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from ingest.errors import IngestUserError, LedgerError
from ingest.ledger.locks import writer_lock
from ingest.ledger.tables import LockRow, now
from tests.support.patience import PATIENCE_S


def put_lock(engine: Engine, host: str, process: int, lives_s: float) -> None:
    with Session(engine) as session, session.begin():
        session.add(
            LockRow(name="writer", holder=f"{host}:{process}:0a1b2c3d", expires_at=now() + timedelta(seconds=lives_s))
        )


def holder(engine: Engine) -> str | None:
    with Session(engine) as session:
        return session.execute(select(LockRow.holder)).scalar()


def ended_process() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_a_second_writer_is_refused_with_one_line_that_names_the_first(engine: Engine) -> None:
    with writer_lock(engine):
        with pytest.raises(IngestUserError) as refused, writer_lock(engine, wait_s=0.3):
            pytest.fail("two writers at once")
        message = str(refused.value)
        assert f"process {os.getpid()} on {socket.gethostname()}" in message
        assert "\n" not in message
    with writer_lock(engine, wait_s=0):
        assert holder(engine)
    assert holder(engine) is None


def test_a_writer_waits_for_one_that_is_about_to_end(engine: Engine) -> None:
    first = writer_lock(engine)
    first.__enter__()
    ending = threading.Timer(0.5, lambda: first.__exit__(None, None, None))
    ending.start()
    with writer_lock(engine, wait_s=PATIENCE_S):
        assert ending.finished.is_set()
    ending.join()


def test_of_many_that_start_together_one_writes_at_a_time(engine: Engine) -> None:
    inside: list[int] = []
    most: list[int] = []

    def write() -> None:
        with writer_lock(engine, wait_s=PATIENCE_S):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.02)
            inside.pop()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 6


def test_locks_of_different_names_do_not_wait_for_each_other(engine: Engine) -> None:
    with writer_lock(engine, "writer", wait_s=0), writer_lock(engine, "compaction", wait_s=0):
        pass


def test_the_lock_of_a_holder_that_is_dead_is_taken_at_once(engine: Engine) -> None:
    put_lock(engine, socket.gethostname(), ended_process(), lives_s=3600)
    with writer_lock(engine, wait_s=0):
        assert str(holder(engine)).split(":")[1] == str(os.getpid())


def test_a_living_process_of_somebody_else_is_not_taken_for_dead(engine: Engine) -> None:
    put_lock(engine, socket.gethostname(), 1, lives_s=3600)
    with pytest.raises(IngestUserError, match="process 1 on"), writer_lock(engine, wait_s=0):
        pass


def test_the_lock_of_another_machine_is_taken_when_it_has_expired_and_not_before(engine: Engine) -> None:
    put_lock(engine, "elsewhere", ended_process(), lives_s=0.6)
    with pytest.raises(IngestUserError, match="on elsewhere"), writer_lock(engine, wait_s=0):
        pass
    with writer_lock(engine, wait_s=PATIENCE_S):
        assert str(holder(engine)).startswith(socket.gethostname())


def test_renewing_prolongs_the_lock(engine: Engine) -> None:
    with writer_lock(engine) as renew:
        with Session(engine) as session, session.begin():
            session.execute(update(LockRow).values(expires_at=now()))
        renew()
        with Session(engine) as session:
            assert session.execute(select(LockRow.expires_at)).scalar_one() > now() + timedelta(seconds=30)


def test_a_writer_that_slept_through_its_lock_learns_that_another_has_taken_it(engine: Engine) -> None:
    with writer_lock(engine) as renew_first:
        with Session(engine) as session, session.begin():
            session.execute(update(LockRow).values(expires_at=now() - timedelta(seconds=1)))
        with writer_lock(engine, wait_s=0) as renew_second:
            with pytest.raises(LedgerError, match="took over"):
                renew_first()
            renew_second()
    assert holder(engine) is None
