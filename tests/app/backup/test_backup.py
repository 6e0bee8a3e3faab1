"""What a backup takes along, and where it may be put."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from app.backup.archive import unpack
from app.backup.copying import copy_file
from app.backup.manifest import LEFT_OUT, NAME, Manifest, digest_of
from app.backup.restoring import examine
from app.backup.taking import take_backup
from app.errors import AppError, AppUserError


def database(path: Path, rows: int = 1) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE notes (words TEXT)")
    connection.executemany("INSERT INTO notes VALUES (?)", [(f"note {number}",) for number in range(rows)])
    connection.commit()
    return connection


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    for name in ("triage", "runs/1", "models", "store/chroma", "lexical"):
        (home / name).mkdir(parents=True)
    (home / "accounts.yaml").write_text("accounts: []\n", encoding="utf-8")
    (home / "triage/queue.json").write_text("{}", encoding="utf-8")
    (home / "runs/1/run.json").write_text('{"größe": 1}', encoding="utf-8")
    for derived in ("models/weights.bin", "store/chroma/chroma.sqlite3", "lexical/live.db", "signins.db"):
        (home / derived).write_bytes(b"can be made again")
    (home / "ledger.db.lock").touch()
    (home / "link").symlink_to(tmp_path)
    return home


def paths(manifest: Manifest) -> list[str]:
    return [member.path for member in manifest.members]


def test_a_backup_takes_all_but_what_can_be_made_again_and_the_ledger_last(home: Path, tmp_path: Path) -> None:
    for name in ("ledger.db", "conversations.db", "web.db"):
        database(home / name).close()
    taken = take_backup(home, tmp_path / "b.tar.zst")
    kept = ["conversations.db", "accounts.yaml", "runs/1/run.json", "triage/queue.json", "web.db", "ledger.db"]
    assert paths(taken.manifest) == kept
    assert set(taken.manifest.left_out) == set(LEFT_OUT)
    assert stat.S_IMODE(taken.place.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_a_database_is_copied_as_committed_while_it_is_written_to(home: Path, tmp_path: Path) -> None:
    with closing(database(home / "ledger.db", rows=3)) as writer:
        writer.execute("INSERT INTO notes VALUES ('not committed')")
        take_backup(home, tmp_path / "folder")
        writer.commit()
    with closing(sqlite3.connect(tmp_path / "folder/ledger.db")) as copy:
        assert copy.execute("SELECT count(*) FROM notes").fetchone() == (3,)


def test_a_damaged_database_is_said_at_once_and_leaves_no_backup(home: Path, tmp_path: Path) -> None:
    database(home / "ledger.db", rows=2_000).close()
    content = bytearray((home / "ledger.db").read_bytes())
    content[8192:12288] = os.urandom(4096)
    (home / "ledger.db").write_bytes(content)
    with pytest.raises(AppError, match=r"ledger\.db"):
        take_backup(home, tmp_path / "b.tar.zst")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["home"]


def test_a_file_that_grows_is_copied_up_to_where_it_was_and_one_written_over_is_not_half_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, changing = tmp_path / "audit.jsonl", tmp_path / "changing"
    log.write_bytes(b"one\n")
    changing.write_bytes(b"aaaa")
    read, numbers = os.pread, count()

    def meanwhile(descriptor: int, size: int, at: int) -> bytes:
        found = read(descriptor, size, at)
        with log.open("ab") as more:
            more.write(b"two\n")
        changing.write_bytes(next(numbers).to_bytes(4))
        return found

    monkeypatch.setattr(os, "pread", meanwhile)
    copy_file(log, tmp_path / "copied")
    assert (tmp_path / "copied").read_bytes() == b"one\n"
    with pytest.raises(AppError, match="changes all the time"):
        copy_file(changing, tmp_path / "copied")


def test_a_file_whose_name_is_no_text_is_named_and_any_other_is_taken(home: Path, tmp_path: Path) -> None:
    for name in ("12:30 \\ notes.txt", "größe.txt", "規約.txt", "x" * 250):
        (home / name).touch()
    into = tmp_path / "into"
    into.mkdir()
    list(unpack(take_backup(home, tmp_path / "b.tar.zst").place, into))
    assert (into / "12:30 \\ notes.txt").exists() and (into / "規約.txt").exists() and (into / ("x" * 250)).exists()
    Path(os.fsdecode(bytes(home) + b"/\xff.txt")).touch()
    with pytest.raises(AppUserError, match="rename it"):
        take_backup(home, tmp_path / "other.tar.zst")


def test_a_backup_is_refused_where_it_would_be_lost_or_take_something_away(home: Path, tmp_path: Path) -> None:
    full, there = tmp_path / "full", tmp_path / "there.tar.zst"
    full.mkdir()
    (full / "mine").touch()
    there.write_bytes(b"another")
    for place in (home / "b.tar.zst", full, there):
        with pytest.raises(AppUserError):
            take_backup(home, place)
    with pytest.raises(AppUserError, match="nothing to back up"):
        take_backup(tmp_path / "nowhere", tmp_path / "b.tar.zst")
    assert there.read_bytes() == b"another"
    empty = tmp_path / "empty"
    empty.mkdir()
    assert take_backup(home, empty).place == empty


def test_file_and_folder_hold_the_same_and_give_it_back_byte_for_byte(home: Path, tmp_path: Path) -> None:
    database(home / "ledger.db", rows=500).close()
    for number, name in enumerate(("b.tar.zst", "folder")):
        taken = take_backup(home, tmp_path / name)
        into = tmp_path / f"into{number}"
        into.mkdir()
        list(unpack(taken.place, into))
        for member in taken.manifest.members:
            assert digest_of(into / member.path) == member.sha256
        assert (into / "runs/1/run.json").read_text(encoding="utf-8") == '{"größe": 1}'
        assert examine(taken.place) == taken.manifest


def test_the_manifest_of_a_folder_can_be_read_by_people(home: Path, tmp_path: Path) -> None:
    take_backup(home, tmp_path / "folder", database_elsewhere=True)
    told = json.loads((tmp_path / "folder" / NAME).read_text(encoding="utf-8"))
    assert told["databases"] == "elsewhere" and told["format"] == 1
