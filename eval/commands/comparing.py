"""``polydesk eval compare``, which is ``polydesk models compare`` as well."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(evaluations: typer.Typer, models: typer.Typer) -> None:
    """Add the command to the evaluations, and to what there is for models."""
    for group in (evaluations, models):
        group.command("compare")(compare)


def compare(
    models: Annotated[
        list[str], typer.Argument(help="ollama:TAG, openai:NAME, mistralai:NAME or quoting; two or more.")
    ],
    suites: Annotated[list[str] | None, typer.Option(help="Other suites than golden,latency.")] = None,
    size: Annotated[int | None, typer.Option(min=1, help="Take at most so many items of each suite.")] = None,
    golden: Annotated[
        Path | None, typer.Option(help="Your own golden questions: a file of JSON lines or a folder of them.")
    ] = None,
    parallel: Annotated[
        int, typer.Option(min=1, max=32, help="Questions asked at once; as many as the models' server answers at once.")
    ] = 1,
    runs: Annotated[bool, typer.Option("--runs", help="Compare runs that are there, by their names or ids.")] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write an HTML page as well.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Ask several models the same, name the flaws of each, and say which to take for what.

    Exit status 1 when a suite could not be run with one of them.
    """
    from eval.compare.command import compare_and_print

    if not compare_and_print(models, suites or [], size, golden, parallel, runs, output, as_json):
        raise typer.Exit(1)
