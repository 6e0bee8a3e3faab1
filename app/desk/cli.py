"""``polydesk tickets``: learning to sort tickets, and sorting them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.desk.inbox.cli import register_inbox

Tickets = Annotated[Path, typer.Argument(help="An export of a help desk, or JSON lines.", show_default=False)]
MaybeTickets = Annotated[
    Path | None,
    typer.Argument(help="An export of a help desk, or JSON lines; the inbox alone when none.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(root: typer.Typer) -> None:
    """Add the commands of this folder."""
    commands = typer.Typer(help="The inbox; tickets sorted as people have sorted earlier ones.", no_args_is_help=True)
    register_inbox(commands)
    commands.command("learn")(learn)
    commands.command("triage")(triage)
    root.add_typer(commands, name="tickets")


def learn(
    tickets: MaybeTickets = None,
    labels: Annotated[
        Path | None,
        typer.Option(help="A YAML file that says what each label is for; alone, it is enough to begin with."),
    ] = None,
    replace_better: Annotated[
        bool, typer.Option("--replace-better", help="Keep what is learned now though it is worse than what was there.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Learn queue, type, priority and sentiment from tickets that people have sorted, those of the inbox with them."""
    from app.desk.commands import learn_and_print

    raise typer.Exit(learn_and_print(tickets, labels, replace_better, as_json))


def triage(
    tickets: Tickets,
    model: Annotated[
        str | None,
        typer.Option(help="Asked where what was learned is not sure: ollama:TAG; the connected one; quoting for none."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say for each ticket what was learned of its like, how probable it is, and why."""
    from app.desk.commands import triage_and_print

    raise typer.Exit(triage_and_print(tickets, model, as_json))
