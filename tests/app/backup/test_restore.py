"""A backup comes back whole, or nothing of the home that is there is touched."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.backup import restoring
from app.backup.restoring import restore
from app.backup.taking import take_backup
from app.errors import AppError, AppUserError
from app.settings import Settings
from ingest import knowledge, runs
from ingest.ledger.engine import HEAD, open_ledger
from tests.app.backup.homes import ingested, opened, verified
from tests.support.command import Command, command_with
from tests.support.hashed_embedder import hashed

pytestmark = pytest.mark.local("databases in files are backed up; a server has tools of its own")

OLD = {"returns.md": "# Returns\n\nThe deadline is 14 days.\n", "costs.md": "# Costs\n\nA parcel is free.\n"}
NEW = OLD | {"returns.md": "# Returns\n\nThe deadline is 30 days.\n"}


@pytest.fixture
def polydesk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return command_with(hashed(), (knowledge, runs), monkeypatch, capsys)


def texts(home: Path) -> set[str]:
    with opened(home) as found, found.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT text FROM versions WHERE state = 'published'")
        return {row[0].strip() for row in rows}


def deadline(home: Path) -> str:
    return next(word for text in texts(home) if "deadline" in text for word in text.split() if word.isdigit())


def test_what_was_there_before_is_kept_beside_and_the_backup_takes_its_place(settings: Settings) -> None:
    home = settings.home
    ingested(home, home.parent / "docs", OLD)
    (home / "models").mkdir()
    (home / "models/weights").touch()
    with closing(sqlite3.connect(home / "conversations.db")) as conversations:
        conversations.execute("CREATE TABLE remembered AS SELECT 'How long?' AS words")
    backup = take_backup(home, home.parent / "b.tar.zst").place
    ingested(home, home.parent / "docs", NEW)

    done = restore(backup, settings)
    assert done.set_aside is not None and done.records is not None and done.records >= 2
    assert (deadline(home), deadline(done.set_aside)) == ("14", "30")
    assert (home / "models/weights").exists() and not (home / "models").is_symlink()
    with opened(home) as found:
        assert verified(found).found == ()
    with closing(sqlite3.connect(home / "conversations.db")) as conversations:
        assert conversations.execute("SELECT words FROM remembered").fetchall() == [("How long?",)]
    assert not list(home.parent.glob(f".{home.name}.restoring-*"))


def test_a_text_of_the_past_is_found_again_after_restoring(settings: Settings) -> None:
    ingested(settings.home, settings.home.parent / "docs", OLD)
    ingested(settings.home, settings.home.parent / "docs", NEW)
    backup = take_backup(settings.home, settings.home.parent / "folder").place
    with opened(settings.home) as before:
        expected = before.words.live.digests(), before.words.past.digests()
    elsewhere = settings.model_copy(update={"home": settings.home.parent / "other"})
    assert restore(backup, elsewhere).set_aside is None
    with opened(elsewhere.home) as after:
        assert (after.words.live.digests(), after.words.past.digests()) == expected
        assert verified(after).found == ()


def test_a_home_in_use_is_refused_whoever_has_what_open(settings: Settings) -> None:
    ingested(settings.home, settings.home.parent / "docs", OLD)
    backup = take_backup(settings.home, settings.home.parent / "b.tar.zst").place
    with opened(settings.home), pytest.raises(AppUserError, match="in use"):
        restore(backup, settings)
    engine = open_ledger(settings.home)
    with engine.connect():  # reads nothing, and is idle
        pass
    with pytest.raises(AppUserError, match=r"ledger\.db is open"):
        restore(backup, settings)
    engine.dispose()
    assert restore(backup, settings).set_aside is not None


def test_a_failure_on_the_way_leaves_the_home_as_it_was(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    home = settings.home
    ingested(home, home.parent / "docs", OLD)
    backup = take_backup(home, home.parent / "b.tar.zst").place
    content = sorted(path.relative_to(home) for path in home.rglob("*.db"))

    def fail(*_: object) -> int:
        raise AppError("the store could not be made")

    monkeypatch.setattr(restoring, "make_indexes", fail)
    with pytest.raises(AppError, match="could not be made"):
        restore(backup, settings)
    backup.write_bytes(backup.read_bytes()[:-100])
    with pytest.raises(AppUserError):
        restore(backup, settings)
    assert sorted(path.relative_to(home) for path in home.rglob("*.db")) == content
    assert deadline(home) == "14"
    beside = {path.name for path in home.parent.iterdir()}
    assert beside == {home.name, backup.name, "docs", f".{home.name}.restore.lock"}


def test_a_backup_of_a_newer_polydesk_is_refused_in_one_line_that_says_so(settings: Settings) -> None:
    ingested(settings.home, settings.home.parent / "docs", OLD)
    with closing(sqlite3.connect(settings.home / "ledger.db")) as ledger:
        ledger.execute("UPDATE polydesk_ledger_version SET version_num = '9999'")
        ledger.commit()
    backup = take_backup(settings.home, settings.home.parent / "b.tar.zst").place
    with pytest.raises(AppUserError, match="newer"):
        restore(backup, settings.model_copy(update={"home": settings.home.parent / "other"}))


def test_half_way_to_another_model_a_backup_restores_to_the_one_in_use(settings: Settings) -> None:
    home = settings.home
    ingested(home, home.parent / "docs", OLD)
    with closing(sqlite3.connect(home / "ledger.db")) as ledger:
        ledger.execute("INSERT INTO collections SELECT 'next', model, 'next', 'filling', created_at FROM collections")
        ledger.execute("UPDATE versions SET collection = 'next' WHERE id = 1")
        ledger.commit()
    backup = take_backup(home, home.parent / "b.tar.zst").place
    done = restore(backup, settings)
    with opened(home) as found:
        report = verified(found)
    assert (report.records, report.found) == (done.records, ())
    assert done.records == 2


def test_databases_elsewhere_and_databases_in_the_backup_are_not_mixed(settings: Settings) -> None:
    ingested(settings.home, settings.home.parent / "docs", OLD)
    backup = take_backup(settings.home, settings.home.parent / "b.tar.zst").place
    with pytest.raises(AppUserError, match="POLYDESK_DATABASE_URL"):
        restore(backup, settings.model_copy(update={"database_url": "postgresql://db/polydesk"}))


def test_the_commands_tell_a_person_and_a_script(
    settings: Settings, polydesk: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, place = settings.home, settings.home.parent / "b.tar.zst"
    ingested(home, home.parent / "docs", OLD)
    monkeypatch.setenv("POLYDESK_HOME", str(home))
    status, out, _ = polydesk("backup", "--to", place, "--json")
    told = json.loads(out)
    assert (status, told["databases"], told["revisions"]["ledger.db"]) == (0, "included", HEAD)
    status, out, err = polydesk("backup", "--to", place)
    assert (status, out, err.count("\n")) == (2, "", 1)

    status, out, _ = polydesk("restore", place, "--dry-run")
    assert status == 0 and "Nothing was changed" in out
    status, out, _ = polydesk("restore", place, "--to", home.parent / "other", "--json")
    told = json.loads(out)
    assert (status, told["records"], told["set_aside"]) == (0, 2, None)
    status, out, _ = polydesk("restore", place, "--without-indexes")
    assert status == 0 and "verify --repair" in out and f"{home.name}.before-" in out
    status, out, _ = polydesk("documents", "verify", "--repair")
    assert status == 0 and "mended" in out
