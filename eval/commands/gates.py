"""``polydesk eval gate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(evaluations: typer.Typer) -> None:
    """Add the command."""
    evaluations.command("gate")(gate)


def gate(
    run: Annotated[
        str | None, typer.Argument(help="The run: its id, its name, or its folder; the latest by default.")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(help="The run to compare with, or its folder; the one that is marked by default.")
    ] = None,
    gates: Annotated[Path | None, typer.Option(help="Your own gates; eval/gates.yaml when not given.")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Do not pass while the items are too few to tell, either.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="List what holds as well.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Say whether a change may go out: what fell, with exit status 1, or that nothing did.

    Chance neither fails a change nor passes it: what misses its mark by what may be chance is listed as such.
    """
    from eval.gates.printing import gate_and_print

    if not gate_and_print(run, baseline, gates, strict, every, as_json):
        raise typer.Exit(1)
