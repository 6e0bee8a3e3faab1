"""``polydesk tickets``: learning to sort tickets, sorting them, drafting replies, and what was sent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.desk.changes.cli import register as register_changes
from app.desk.inbox.cli import register_inbox

Tickets = Annotated[Path, typer.Argument(help="An export of a help desk, or JSON lines.", show_default=False)]
MaybeTickets = Annotated[
    Path | None,
    typer.Argument(help="An export of a help desk, or JSON lines; the inbox alone when none.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(root: typer.Typer) -> None:
    """Add the commands of this folder."""
    commands = typer.Typer(help="Tickets: the inbox, sorting them, and drafts of replies.", no_args_is_help=True)
    register_inbox(commands)
    commands.command("learn")(learn)
    commands.command("triage")(triage)
    commands.command("draft")(draft)
    commands.command("sent")(sent)
    root.add_typer(commands, name="tickets")
    register_changes(root)


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


def draft(
    tickets: Tickets,
    ticket_id: Annotated[str | None, typer.Option("--id", help="Of the one ticket to answer.")] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="The day whose rules hold: 2026-11-21, or `ordered` for that which a customer names."),
    ] = None,
    model: Annotated[str | None, typer.Option(help="ollama:TAG, or quoting.")] = None,
    shorter: Annotated[bool, typer.Option("--shorter", help="Say no more than is asked.")] = False,
    formal: Annotated[bool, typer.Option("--formal", help="Write formally, whatever the style says.")] = False,
    remark: Annotated[str, typer.Option(help="What to mind, in your own words; a model reads it.")] = "",
    as_json: Json = False,
) -> None:
    """Draft replies to the tickets that wait for one, each in its customer's language; nothing is sent."""
    from app.desk.drafts.commands import draft_and_print
    from app.desk.drafts.draft import Wish

    wish = Wish(manner="formal" if formal else None, brief=shorter, remark=remark)
    raise typer.Exit(draft_and_print(tickets, ticket_id, as_of, model, wish, as_json))


def sent(
    form: Annotated[str, typer.Option("--format", help="zendesk, freshdesk, jira or lines.")] = "lines",
    since: Annotated[str | None, typer.Option(help="Only what was sent from this day on, as 2026-11-21 (UTC).")] = None,
    as_json: Json = False,
) -> None:
    """Print the replies that were sent, as the ticket system takes them."""
    from app.desk.drafts.commands import print_sent

    raise typer.Exit(print_sent(form, since, as_json))
