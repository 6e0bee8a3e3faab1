"""``polydesk tickets import``, ``list`` and ``show``: the inbox at the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register_inbox(commands: typer.Typer) -> None:
    """Add the commands of this folder to ``polydesk tickets``."""
    commands.command("import")(import_tickets)
    commands.command("list")(list_tickets)
    commands.command("show")(show_ticket)


def import_tickets(
    tickets: Annotated[
        Path, typer.Argument(help="An export of Zendesk, Freshdesk or Jira, or JSON lines.", show_default=False)
    ],
    source: Annotated[
        str | None,
        typer.Option(help="The help desk they are from, where there is more than one of a kind.", show_default=False),
    ] = None,
    attachments: Annotated[
        Path | None,
        typer.Option(
            help="A folder with a folder of files for each ticket, named by its id; the words in pictures are read.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="ollama:TAG to ask where a guess is not sure, or quoting for none.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Take tickets into the inbox, or what changed of them; sort them and find duplicates."""
    from app.desk.inbox.commands import import_and_print

    raise typer.Exit(import_and_print(tickets, source, attachments, model, as_json))


def list_tickets(
    status: Annotated[
        list[str] | None, typer.Option(help="open, waiting or closed; can be repeated. All but closed by default.")
    ] = None,
    queue: Annotated[str, typer.Option(help="Only this queue.")] = "",
    language: Annotated[str, typer.Option(help="Only this language, such as de.")] = "",
    priority: Annotated[str, typer.Option(help="Only this priority, as the help desk calls it.")] = "",
    sentiment: Annotated[str, typer.Option(help="Only this sentiment.")] = "",
    customer: Annotated[str, typer.Option(help="Only the tickets of this customer.")] = "",
    duplicates: Annotated[
        bool | None, typer.Option("--duplicates/--no-duplicates", help="Only duplicates, or none.")
    ] = None,
    search: Annotated[str, typer.Option(help="Only what these words or their meaning is in, in any language.")] = "",
    order: Annotated[str, typer.Option(help="waiting, newest, oldest or priority.")] = "waiting",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """The tickets of the inbox, those whose customers have waited longest first."""
    from app.desk.inbox.commands import list_and_print
    from app.desk.inbox.records import ORDERS, TicketFilter
    from app.desk.inbox.vocabulary import STATUSES

    wanted = TicketFilter(
        statuses=[_one_of(each, STATUSES, "--status") for each in status or ("open", "waiting")],
        queue=queue,
        language=language,
        priority=priority,
        sentiment=sentiment,
        customer_id=customer,
        duplicates=duplicates,
    )
    list_and_print(wanted, search, _one_of(order, ORDERS, "--order"), limit, as_json)


def show_ticket(
    number: Annotated[str, typer.Argument(help="Its number in the help desk.", show_default=False)],
    source: Annotated[str, typer.Option(help="The help desk, where two have this number.")] = "",
    as_json: Json = False,
) -> None:
    """One ticket: its thread, its labels and why, and what its customer asked before."""
    from app.desk.inbox.commands import show_and_print

    show_and_print(number, source, as_json)


def _one_of(value: str, known: tuple[Any, ...], option: str) -> Any:
    from app.errors import AppUserError

    if value not in known:
        raise AppUserError(f"{option} {value} is not known: use {', '.join(known)}")
    return value
