"""``polydesk audit`` as it is typed: what happened, whether it is whole, for an auditor, and for an answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.conversations.database import default_url
from app.main import main
from tests.support.patience import PATIENCE_S

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLYDESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("POLYDESK_NEW_PASSWORD", "a long enough password")
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``polydesk`` in this process."""

    def running(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["polydesk", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return running


def test_what_commands_do_to_accounts_is_recorded_and_verified(home: Path, run: Run) -> None:
    run("accounts", "add", "root", "--role", "administrator")
    run("accounts", "add", "maria")
    run("accounts", "role", "maria", "auditor")
    run("accounts", "lock", "maria")
    run("accounts", "remove", "maria")
    status, out, _ = run("audit", "show", "--json")
    found = [(each["action"], each["subject"], each["details"]) for each in json.loads(out)]
    assert status == 0
    assert found == [
        ("account.added", "account:root", {"audience": "agent", "role": "administrator"}),
        ("account.added", "account:maria", {"audience": "agent", "role": "agent"}),
        ("account.changed", "account:maria", {"field": "role", "value": "auditor"}),
        ("account.changed", "account:maria", {"field": "locked", "value": True}),
        ("account.removed", "account:maria", {}),
    ]
    status, out, _ = run("audit", "verify")
    assert (status, out.splitlines()[0]) == (0, "5 records are as they were written; 0 seals fit.")

    engine = create_engine(default_url(home))
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit_records SET subject = 'account:eve' WHERE number = 3"))
    engine.dispose()
    status, _, err = run("audit", "verify")
    assert status == 1
    assert "record 3 (" in err and "its content is not what was written" in err
    status, out, _ = run("audit", "verify", "--json")
    assert [(each["what"], each["number"]) for each in json.loads(out)["faults"]] == [("altered", 3)]


def test_an_export_is_verified_without_polydesk(tmp_path: Path, run: Run) -> None:
    run("accounts", "add", "root", "--role", "administrator")
    run("accounts", "add", "maria")
    out = tmp_path / "records.jsonl"
    status, said, _ = run("audit", "export", "--out", out, "--json")
    assert (status, json.loads(said)["records"]) == (0, 3)  # the export itself is the third
    manifest = tmp_path / "records.jsonl.manifest.json"
    program = tmp_path / "verify.py"
    program.write_text(json.loads(manifest.read_text(encoding="utf-8"))["program"], encoding="utf-8")

    def verified() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", *map(str, (program, out, manifest))]
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)

    assert verified().returncode == 0
    whole = out.read_text(encoding="utf-8")
    out.write_text(whole.replace("maria", "maren"), encoding="utf-8")
    assert "record 2 was altered" in verified().stderr
    out.write_text("".join(whole.splitlines(keepends=True)[:-1]), encoding="utf-8")
    assert "the end is missing" in verified().stderr


def test_a_day_or_an_action_that_is_none_is_named_with_what_to_write(tmp_path: Path, run: Run) -> None:
    for arguments, message in (
        (("audit", "export", "--out", tmp_path / "x", "--since", "yesterday"), "write the day as 2026-11-21"),
        (("audit", "export", "--out", tmp_path / "x"), ""),
        (("audit", "show", "--action", "signin"), "signin.failed"),
        (("audit", "replay", "12"), "there is no message 12"),
        (("audit", "erase", "--customer", "C-1"), "nothing is held about C-1"),
    ):
        status, _, err = run(*arguments)
        assert (status, message in err, "Traceback" in err) == ((2, True, False) if message else (0, True, False))


def test_a_seal_made_by_hand_is_written_outside_of_the_home(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "elsewhere" / "seals.jsonl"
    run("accounts", "add", "root", "--role", "administrator")
    monkeypatch.setenv("POLYDESK_AUDIT_SEALS", str(outside))
    status, out, _ = run("audit", "seal", "--json")
    assert (status, json.loads(out)["count"]) == (0, 2)
    assert json.loads(outside.read_text(encoding="utf-8"))["count"] == 2
    status, out, err = run("audit", "verify")
    assert status == 0 and "No seal is kept outside" not in err
