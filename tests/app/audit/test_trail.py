"""The chain in real databases: kept with the change or not at all, by one writer after the other, sealed each day."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect, text

from app.audit import reading
from app.audit.acting import act_as
from app.audit.errors import AuditUserError
from app.audit.keys import AuditKey, open_key
from app.audit.record import Head
from app.audit.recorder import note
from app.audit.sealed_outside import published
from app.audit.trail import ChainTrail
from app.conversations.database import MIGRATIONS, VERSION_TABLE, default_url
from app.conversations.errors import ConversationUserError
from app.conversations.sessions import Sessions
from app.conversations.store import ConversationStore
from ingest.database import alembic_config
from tests.app.audit.chains import KEY, Chain, open_sessions, write_records
from tests.conftest import REPOSITORY
from tests.support.patience import PATIENCE_S

_WRITER = """
import sys
from app.audit.keys import AuditKey
from app.audit.trail import ChainTrail
from app.conversations.sessions import Sessions
sessions = Sessions(sys.argv[1], ChainTrail(lambda: AuditKey(sys.argv[2].encode())))
for number in range(int(sys.argv[3])):
    sessions.record("ticket.opened", f"ticket:{number}", by=f"account:{sys.argv[4]}")
sessions.close()
"""

_EXCHANGED = """UPDATE audit_records SET number = -1 WHERE number = 7;
UPDATE audit_records SET number = 7 WHERE number = 9;
UPDATE audit_records SET number = 9 WHERE number = -1"""
_PUT_IN = """UPDATE audit_records SET number = number + 1000 WHERE number >= 30;
UPDATE audit_records SET number = number - 999 WHERE number >= 30;
INSERT INTO audit_records
SELECT 30, at, 'account:nobody', action, subject, details, previous, hash, signature
FROM audit_records WHERE number = 29"""


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    opened, _trail = open_sessions(tmp_path / "home")
    yield opened
    opened.close()


def statement(url: str, *statements: str) -> None:
    """What somebody does to the database who does not go through polydesk."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for each in statements:
            connection.execute(text(each))
    engine.dispose()


def test_several_processes_write_one_chain(any_url: str) -> None:
    secret, each = "a secret of at least 32 characters", 40
    opened = Sessions(any_url, ChainTrail(lambda: AuditKey(secret.encode())))
    command = [sys.executable, "-c", _WRITER, any_url, secret, str(each)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    running = [subprocess.Popen([*command, f"writer{number}"], env=environment) for number in range(3)]
    assert [process.wait(PATIENCE_S) for process in running] == [0, 0, 0]
    chain = Chain.read(opened)
    assert {record.actor for record in chain.records} == {"account:writer0", "account:writer1", "account:writer2"}
    assert [record.number for record in chain.records] == list(range(1, 3 * each + 1))
    from app.audit.verifying import verify

    assert verify(chain.records, chain.head, chain.seals, [], AuditKey(secret.encode())).is_sound
    opened.close()


def test_what_is_undone_leaves_no_record(sessions: Sessions) -> None:
    with pytest.raises(ZeroDivisionError), sessions.write() as session:
        note(session, "ticket.changed", "ticket:1")
        raise ZeroDivisionError
    with sessions.write() as session:
        note(session, "ticket.changed", "ticket:2")
    assert [record.subject for record in Chain.read(sessions).records] == ["ticket:2"]


def test_each_day_is_sealed_before_the_first_record_of_the_next_inside_and_outside(tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere" / "seals.jsonl"
    opened, _trail = open_sessions(tmp_path / "home", minutes=360, outside=outside)
    write_records(opened, 12)
    chain = Chain.read(opened)
    days = sorted({record.day for record in chain.records})
    assert [seal.day for seal in chain.seals] == days[:-1]
    last_of_day = {record.day: record for record in chain.records}
    assert all(seal.hash == last_of_day[seal.day].hash for seal in chain.seals)
    assert published(outside) == chain.seals
    opened.close()


@pytest.mark.parametrize(
    ("attack", "place"),
    [
        ("UPDATE audit_records SET actor = 'account:nobody' WHERE number = 20", 20),
        ("DELETE FROM audit_records WHERE number = 20", 20),
        ("DELETE FROM audit_records WHERE number > 40", 41),
        ("DELETE FROM audit_records WHERE number > 40; UPDATE audit_head SET count = 40", 41),
        (_EXCHANGED, 7),
        (_PUT_IN, 30),
        ("DELETE FROM audit_head", 51),
    ],
    ids=["altered", "deleted", "truncated", "truncated with the end moved", "swapped", "inserted", "no end"],
)
def test_what_is_done_to_the_database_itself_is_found_where_it_was_done(
    tmp_path: Path, sessions: Sessions, attack: str, place: int
) -> None:
    write_records(sessions, 50)
    assert Chain.read(sessions).place() == 0
    statement(default_url(tmp_path / "home"), *attack.split(";"))
    assert Chain.read(sessions).place() == place


def test_an_end_that_somebody_moved_is_not_signed_away_by_the_next_record(tmp_path: Path, sessions: Sessions) -> None:
    write_records(sessions, 10)
    removed = "DELETE FROM audit_records WHERE number > 5"
    statement(
        default_url(tmp_path / "home"),
        removed,
        "UPDATE audit_head SET count = 5, hash = (SELECT hash FROM audit_records WHERE number = 5)",
    )
    write_records(sessions, 1)
    chain = Chain.read(sessions)
    assert [record.action for record in chain.records[5:]] == ["audit.damaged", "ticket.opened"]


def test_records_name_who_acts_and_hold_no_words(tmp_path: Path) -> None:
    trail = ChainTrail(lambda: KEY)
    store = ConversationStore(default_url(tmp_path), trail=trail)
    act_as("maria")
    try:
        conversation = store.create().id
        answer = store.start_answer(conversation, "My card 4111 1111 1111 1111 was refused, says Anna Kowalska")
        store.finish_answer(answer, "failed", error="Anna Kowalska")
        store.rate(answer, "up", None, "as Anna Kowalska said")
        store.rename(conversation, "Anna Kowalska")
        store.delete(conversation)
        with pytest.raises(ConversationUserError):
            store.delete(conversation)
    finally:
        act_as(None)
    with store.sessions.read() as session:
        found = list(reading.records(session))
    store.close()
    assert [each.action for each in found] == [
        "question.asked",
        "answer.given",
        "answer.rated",
        "conversation.renamed",
        "conversation.deleted",
    ]
    assert {each.actor for each in found} == {"account:maria"}
    said = json.dumps([str(each) for each in found])
    assert "Kowalska" not in said and "4111" not in said


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = open_key(tmp_path, None), open_key(tmp_path, None)
    assert first.fingerprint == second.fingerprint
    path = tmp_path / "audit.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with pytest.raises(AuditUserError, match="chmod 600"):
        open_key(tmp_path, None)
    with pytest.raises(AuditUserError, match="too short"):
        open_key(tmp_path, "secret")


def test_an_audit_without_a_record_has_an_end_that_nobody_signed(sessions: Sessions) -> None:
    assert Chain.read(sessions).verdict().is_sound
    assert not Head(0, "1" * 64, "", "").is_signed(KEY)


def test_the_audit_can_be_taken_out_of_a_database_and_put_in_again(tmp_path: Path, sessions: Sessions) -> None:
    write_records(sessions, 3)
    engine = create_engine(default_url(tmp_path / "home"))
    for revision, is_there in (("0008", False), ("0009", True)):
        configuration = alembic_config(MIGRATIONS, VERSION_TABLE)
        with engine.begin() as connection:
            configuration.attributes["connection"] = connection
            (command.upgrade if is_there else command.downgrade)(configuration, revision)
        assert inspect(engine).has_table("audit_records") is is_there
        assert inspect(engine).has_table("conversations")
    engine.dispose()
    write_records(sessions, 2)
    assert Chain.read(sessions).verdict().records == 2
