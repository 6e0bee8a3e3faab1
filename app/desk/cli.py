"""``polydesk tickets``: learning to sort tickets, and sorting them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.desk.changes.cli import register as register_changes

Tickets = Annotated[Path, typer.Argument(help="An export of a help desk, or JSON lines.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(root: typer.Typer) -> None:
    """Add the commands of this folder."""
    commands = typer.Typer(help="Sort tickets as people have sorted earlier ones.", no_args_is_help=True)
    commands.command("learn")(learn)
    commands.command("triage")(triage)
    root.add_typer(commands, name="tickets")
    register_changes(root)


def learn(
    tickets: Tickets,
    replace_better: Annotated[
        bool, typer.Option("--replace-better", help="Keep what is learned now though it is worse than what was there.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Learn queue, type, priority and sentiment from tickets that people have sorted."""
    from app.desk.commands import learn_and_print

    raise typer.Exit(learn_and_print(tickets, replace_better, as_json))


def triage(tickets: Tickets, as_json: Json = False) -> None:
    """Say for each ticket what was learned of its like, how probable it is, and why."""
    from app.desk.commands import triage_and_print

    raise typer.Exit(triage_and_print(tickets, as_json))
