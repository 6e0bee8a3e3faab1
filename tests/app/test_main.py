"""The command line builds no more of itself than it was asked for."""

from __future__ import annotations

import errno
import subprocess
import sys

import pytest
import typer
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from app.main import build, main, narrowed
from tests.conftest import REPOSITORY


def names(root: typer.Typer) -> set[str]:
    return set(typer.main.get_group(root).commands)


@pytest.mark.parametrize("name", sorted(names(build())))
def test_each_command_is_the_only_one_where_it_is_asked_for_and_keeps_its_name(name: str) -> None:
    narrow = narrowed(build(), [name, "--help"])
    assert names(narrow) == {name}
    told = CliRunner().invoke(narrow, [name, "--help"], prog_name="polydesk")
    assert told.exit_code == 0
    assert told.stdout == CliRunner().invoke(build(), [name, "--help"], prog_name="polydesk").stdout


@pytest.mark.parametrize("arguments", [[], ["--help"], ["no-such-command"]])
def test_without_a_command_that_there_is_all_are_there(arguments: list[str]) -> None:
    assert names(narrowed(build(), arguments)) == names(build())


def test_an_unknown_command_is_answered_as_ever() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.main", "ingets"], capture_output=True, text=True, check=False, cwd=REPOSITORY
    )
    assert (done.returncode, "ingest" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device"),
            2,
            "polydesk: the disk is full: make room, then try again\n",
        ),
        (
            OperationalError("SELECT 'Ana Kovač'", {}, Exception("server closed the connection\nunexpectedly")),
            1,
            "polydesk: the database does not answer as it should: server closed the connection\n",
        ),
    ],
)
def test_what_fails_underneath_is_one_line(
    error: Exception,
    status: int,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr("app.main.build", lambda: fail())
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, capsys.readouterr().err) == (status, line)
