"""Tickets as a person reads them in a terminal, and as plain values for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.conversations.records import shortened
from app.desk.history.records import CustomerHistory, EarlierTicket
from app.desk.inbox.attachments import Attachment
from app.desk.inbox.records import Correction, InboxTicket, Label, TicketMessage, TicketPage
from app.desk.tickets import FIELDS


def as_plain(ticket: InboxTicket) -> dict[str, Any]:
    """The values of a ticket, its labels with who said so."""
    values: dict[str, Any] = plain(ticket)
    values["labels"] = {field: plain(label) for field, label in ticket.labels.items()}
    return values


def plain(record: TicketMessage | Correction | CustomerHistory | InboxTicket | Label) -> dict[str, Any]:
    """The values of a record; times are in ISO 8601, in UTC."""
    values: dict[str, Any] = _timeless(asdict(record))
    return values


def print_list(page: TicketPage) -> None:
    """A row for each ticket."""
    console = Console(highlight=False)
    if not page.tickets:
        console.print("No tickets.")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("ticket", "state", "received", "", "queue", "priority", "repeats"):
        table.add_column(name, no_wrap=True)
    table.add_column("subject", ratio=1)
    for each in page.tickets:
        table.add_row(
            escape(each.number),
            each.status,
            f"{each.received_at:%Y-%m-%d}",
            each.language,
            *(_shown(each.labels[field]) for field in ("queue", "priority")),
            escape(each.duplicate_number),
            escape(shortened(each.title, 60)),
        )
    console.print(table)
    if page.count > len(page.tickets):
        console.print(f"{len(page.tickets)} of {page.count}; --limit shows more.")


def print_ticket(ticket: InboxTicket, messages: Sequence[TicketMessage], history: CustomerHistory) -> None:
    """One ticket with its thread, and what its customer asked before."""
    console = Console(highlight=False)
    console.print(f"[bold]{escape(ticket.number)}  {escape(ticket.title)}[/bold]")
    console.print(f"{ticket.status}, {ticket.language}, customer {escape(ticket.customer_id)}")
    console.print("  ".join(f"{field}: {_shown(ticket.labels[field], why=True)}" for field in FIELDS))
    if ticket.duplicate_of:
        console.print(f"repeats {escape(ticket.duplicate_number)} ({ticket.likeness or 0:.0%})")
    for each in messages:
        note = " (internal)" if each.internal else ""
        who = " ".join(filter(None, (each.author, each.name)))
        console.print(f"\n[dim]{escape(f'{who}{note}  {each.written_at}')}[/dim]")
        console.print(escape(each.text))
        for file in each.attachments:
            _print_attachment(console, file)
    if history.tickets:
        console.print(f"\n[bold]Earlier tickets of this customer: {history.count}[/bold]")
    for earlier in history.tickets:
        _print_earlier(console, earlier)


def _print_attachment(console: Console, file: Attachment) -> None:
    console.print(f"[dim]attached: {escape(file.name)}{f', read by {escape(file.by)}' if file.text else ''}[/dim]")
    if file.orders:
        console.print("[yellow]Its words give orders to an assistant; no draft is written from them.[/yellow]")
    if file.text:
        console.print(f"[dim]{escape(file.text)}[/dim]")


def _print_earlier(console: Console, ticket: EarlierTicket) -> None:
    console.print(f"\n{ticket.received_at:%Y-%m-%d}  {escape(ticket.number)}  {escape(ticket.title)}")
    for sentence in ticket.asked:
        console.print(f"  asked: {escape(sentence)}")
    for told in ticket.told:
        name = f"promised ({', '.join(told.promises)})" if told.promises else "told"
        console.print(f"  {name}: {escape(told.text)}")


def _shown(label: Label, why: bool = False) -> str:
    if label.probability is None:
        return escape(label.value) or "–"
    words = f" because of {', '.join(label.words)}" if why and label.words else ""
    return escape(f"{label.value} {label.probability:.0%}{words}") + (
        "" if label.in_scope else " [dim]unlike any[/dim]"
    )


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _timeless(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_timeless(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value
