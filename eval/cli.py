"""Commands of the eval room."""

from __future__ import annotations

import typer

from eval.commands import benches as bench_commands
from eval.commands import comparing, gates, reports, runs, suites


def register(root: typer.Typer) -> None:
    """Add this room's commands."""
    evaluations = typer.Typer(help="Measure the assistant against questions with known answers.", no_args_is_help=True)
    runs.register(evaluations)
    gates.register(evaluations)
    reports.register(evaluations)
    comparing.register(evaluations, root)
    suites.register(evaluations)
    root.add_typer(evaluations, name="eval")
    benches = typer.Typer(invoke_without_command=True)
    bench_commands.register(benches)
    root.add_typer(benches, name="bench")
