"""What ``polydesk tickets import``, ``list`` and ``show`` do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.conversations.sessions import open_sessions
from app.desk.history.reading import CustomerHistories
from app.desk.inbox import printing
from app.desk.inbox.importing import ImportSummary, TicketImport
from app.desk.inbox.learning import texts_of_people
from app.desk.inbox.pictures import PictureFolder, PictureReader, Seer
from app.desk.inbox.records import Order, TicketFilter
from app.desk.inbox.searching import TicketSearch
from app.desk.inbox.store import TicketStore
from app.desk.tickets import SortedText, open_tickets, read_tickets
from app.desk.triage.refining import Refiner
from app.desk.triage.shelf import TriageShelf, shelf_of
from app.desk.triage.triage import Triage
from app.errors import AppUserError
from app.models.choosing import choose_model
from app.models.seeing import seeing_model, words_seen
from app.phases import shown_phases
from app.settings import Settings, load_settings
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import open_centred_embedder
from ingest.sources.exports.source import ExportSource

if TYPE_CHECKING:
    from app.models.model import ChatModel

_LINES = "lines"  # the source of tickets in JSON lines, which name none


def import_and_print(path: Path, source: str | None, attachments: Path | None, model: str | None, as_json: bool) -> int:
    """Take in the tickets of an export; returns the exit status, 1 where one, or a picture, was left out.

    :param source: the help desk that they are from; that of the export's format when None.
    :param attachments: the folder with a folder of attached files for each ticket.
    :param model: that is asked where a guess is not sure; the connected one when None.
    :raises AppUserError: there are no tickets.
    """
    settings = load_settings()
    opened = open_tickets(path)
    folder = PictureFolder(attachments) if attachments else None
    connected = choose_model(settings, model)
    named = source or (opened.system.name.lower() if isinstance(opened, ExportSource) else _LINES)
    with open_sessions(settings) as sessions, shown_phases() as phases, ExitStack() as stack:
        importing = TicketImport(
            sessions,
            lambda: open_centred_embedder(settings, "bulk"),
            lambda embedder: _triage(shelf_of(settings.home), embedder, connected),
            lambda name: stack.enter_context(phases.phase(name)),
            (folder, stack.enter_context(_reader(settings))) if folder else None,
        )
        summary = importing.run(list(read_tickets(path)), named[:64])
    if not (summary.new or summary.updated or summary.unchanged or summary.findings):
        raise AppUserError(f"{path}: there is no ticket in it; give another export")
    _print_summary(summary, as_json)
    return 1 if summary.findings else 0


def list_and_print(wanted: TicketFilter, search: str, order: Order, limit: int, as_json: bool) -> None:
    """Print the tickets that a filter lets pass."""
    settings = load_settings()
    with open_sessions(settings) as sessions:
        if search:
            found = TicketSearch(sessions, lambda: open_centred_embedder(settings)).find(search)
            wanted = replace(wanted, ids=found.ids)
        page = TicketStore(sessions).list(wanted, order, limit)
    if as_json:
        tickets = [printing.as_plain(each) for each in page.tickets]
        typer.echo(json.dumps({"count": page.count, "tickets": tickets}, ensure_ascii=False))
    else:
        printing.print_list(page)


def show_and_print(number: str, source: str, as_json: bool) -> None:
    """Print one ticket with its thread and the history of its customer."""
    with open_sessions(load_settings()) as sessions:
        store = TicketStore(sessions)
        ticket = store.numbered(number, source)
        customer = sessions.pseudonym(ticket.customer_id)
        sessions.record("ticket.opened", f"ticket:{ticket.conversation_id}", {"customer": customer})
        messages = store.messages(ticket.conversation_id)
        corrections = store.corrections(ticket.conversation_id)
        history = CustomerHistories(store).before(ticket)
    if as_json:
        values = printing.as_plain(ticket) | {
            "messages": [printing.plain(each) for each in messages],
            "corrections": [printing.plain(each) for each in corrections],
            "history": printing.plain(history),
        }
        typer.echo(json.dumps(values, ensure_ascii=False))
    else:
        printing.print_ticket(ticket, messages, history)


def inbox_texts(settings: Settings) -> list[SortedText]:
    """What people have said of the tickets in the inbox."""
    with open_sessions(settings) as sessions:
        return texts_of_people(TicketStore(sessions))


def _triage(shelf: TriageShelf, embedder: CentredEmbedder, model: ChatModel | None) -> Triage | None:
    if not any(shelf.load(field, embedder.fingerprint) for field in shelf.fields()):
        return None  # nothing was learned yet, or with another embedding model
    return Triage(shelf, embedder, Refiner(model, shelf.descriptions()) if model else None)


@contextmanager
def _reader(settings: Settings) -> Iterator[PictureReader]:
    from ingest.headstart import parser_pool

    model = seeing_model(settings)
    with parser_pool(settings, workers=1) as pool:
        yield PictureReader(pool.parse, Seer(model.name, partial(words_seen, model)) if model else None)


def _print_summary(summary: ImportSummary, as_json: bool) -> None:
    if as_json:
        values = asdict(summary)
        values["sorted"] = values.pop("sorted_")
        values["findings"] = [each.message for each in summary.findings]
        typer.echo(json.dumps(values, ensure_ascii=False))
        return
    typer.echo(f"{summary.new} new, {summary.updated} updated, {summary.unchanged} unchanged.")
    typer.echo(f"{summary.sorted_} sorted by what was learned; {summary.duplicates} duplicates in the inbox.")
    if summary.pictures:
        typer.echo(f"Words were found in {summary.pictures} attached pictures.")
    for finding in summary.findings:
        typer.echo(finding.message, err=True)
