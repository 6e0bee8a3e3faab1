"""The command line builds no more of itself than it was asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from app.main import build, narrowed
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
