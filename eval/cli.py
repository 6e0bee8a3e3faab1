"""Commands of the eval room."""

from __future__ import annotations

import typer

from eval.commands import benches as bench_commands
from eval.commands import comparing, gates, reports, runs, suites, training


def register(root: typer.Typer) -> None:
    """Add this room's commands."""
    evaluations = typer.Typer(help="Measure the assistant against questions with known answers.", no_args_is_help=True)
    runs.register(evaluations)
    gates.register(evaluations)
    reports.register(evaluations)
    models = _models(root)
    comparing.register(evaluations, models)
    training.register(models)
    suites.register(evaluations)
    root.add_typer(evaluations, name="eval")
    benches = typer.Typer(invoke_without_command=True)
    bench_commands.register(benches)
    root.add_typer(benches, name="bench")


def _models(root: typer.Typer) -> typer.Typer:
    """What ``app`` declared for models, which is there before this room is asked for its commands."""
    groups = {group.name: group.typer_instance for group in root.registered_groups}
    models = groups["models"]
    if models is None:
        raise LookupError("the group of commands for models is empty")
    return models
