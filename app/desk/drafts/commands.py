"""What ``polydesk tickets draft`` and ``polydesk tickets sent`` do and print."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import typer

from app.assistant import open_assistant
from app.conversations.sessions import open_sessions
from app.desk.drafts.draft import Draft, Wish
from app.desk.drafts.drafter import Drafter
from app.desk.drafts.needs import waiting_messages
from app.desk.drafts.order_day import order_day
from app.desk.drafts.order_rules import rules_day
from app.desk.drafts.sending import FORMATS, exported
from app.desk.drafts.store import DraftStore
from app.desk.drafts.style import open_style
from app.desk.knowledge.library import Library, open_library
from app.desk.tickets import read_tickets
from app.errors import AppError, AppUserError
from app.guarding import open_policy
from app.phases import shown_phases
from app.settings import load_settings
from ingest.documents import Finding
from ingest.sources.tickets import Ticket

_ORDERED = "ordered"  # for --as-of: the day that each customer names for the order
_AUDIENCE = "agent"
_HOLDS = {
    "translate": "not in the customer's language: translate before sending",
    "internal": "from a document that customers do not read: check before sending",
    "history": "said in an earlier ticket, which is no rule: check before sending",
}


def draft_and_print(
    path: Path, ticket_id: str | None, as_of: str | None, model: str | None, wish: Wish, as_json: bool
) -> int:
    """Draft replies to the tickets at ``path``; returns the exit status, 1 where one could not be drafted.

    :raises AppUserError: there is no such ticket, or none that waits for an answer.
    """
    settings = load_settings()
    day = _day(as_of, "--as-of") if as_of and as_of != _ORDERED else None
    read = list(read_tickets(path))
    problems = [each.message for each in read if isinstance(each, Finding)]
    tickets = _wanted([each for each in read if not isinstance(each, Finding)], path, ticket_id)
    style, policy = open_style(settings.style), open_policy(settings.policy)
    with ExitStack() as opened:
        assistant = open_assistant(settings)
        opened.callback(assistant.close)
        library = opened.enter_context(open_library(settings)) if as_of == _ORDERED else None
        drafter = Drafter(assistant, style.current, lambda: policy.current().escalation)
        with shown_phases() as phases, phases.phase(f"drafting {len(tickets)} replies") as show:
            for done, ticket in enumerate(tickets, 1):
                try:
                    rules_of = _rules_of(ticket, library) if library else day
                    draft = drafter.draft(ticket, wish=wish, as_of=rules_of, model=model)
                except AppUserError:
                    raise
                except AppError as error:
                    problems.append(f"{ticket.id}: {error}")
                    continue
                finally:
                    show(done, len(tickets))
                _print(draft, as_json)
    for problem in problems:
        typer.echo(problem, err=True)
    return 1 if problems else 0


def _rules_of(ticket: Ticket, library: Library) -> date | None:
    """The day whose rules hold for the customer; None, today's, where they name none or it is not sure."""
    ordered = order_day(ticket, date.today())
    if ordered is None:
        return None
    day = rules_day(ordered, library, _AUDIENCE)
    if day is None:
        time = ordered.time
        typer.echo(
            f"{ticket.id}: ordered some day from {time.first} to {time.last}, in which the rules changed: drafted by "
            "today's; ask for the day and give it with --as-of",
            err=True,
        )
    return day


def print_sent(form: str, since: str | None, as_json: bool) -> int:
    """Print what was sent since a day, oldest first, a line of JSON each unless for a person.

    :raises AppUserError: the day or the format is none.
    """
    known = next((each for each in FORMATS if each == form), None)
    if known is None:
        raise AppUserError(f"--format {form}: give one of {', '.join(FORMATS)}")
    day = _day(since, "--since") if since else date.min
    with open_sessions(load_settings()) as sessions:
        sent = DraftStore(sessions).sent_since(datetime.combine(day, time.min, UTC))
        sessions.record("drafts.exported", f"export:{known}", {"drafts": [each.id for each in sent]})
    lines = [exported(each, known) for each in sent]
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False))
    else:
        for line in lines:
            typer.echo(json.dumps(line, ensure_ascii=False))
        typer.echo(f"{len(lines)} sent", err=True)
    return 0


def shown(draft: Draft) -> dict[str, Any]:
    """A draft as ``--json`` prints it: as it is kept, with what could be sent as it stands."""
    return {**draft.model_dump(mode="json"), "text": draft.text, "to_edit": draft.to_edit}


def _wanted(tickets: list[Ticket], path: Path, ticket_id: str | None) -> list[Ticket]:
    if ticket_id is not None:
        found = [each for each in tickets if each.id == ticket_id]
        if not found:
            raise AppUserError(f"{path}: there is no ticket {ticket_id}; look up its id")
        return found
    waiting = [each for each in tickets if waiting_messages(each)]
    if not waiting:
        raise AppUserError(f"{path}: no ticket waits for an answer; each was answered last by an agent")
    return waiting


def _print(draft: Draft, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(shown(draft), ensure_ascii=False))
        return
    typer.echo(f"\n── {draft.ticket_id} · {draft.language} · {draft.model}")
    typer.echo(draft.to_edit)
    for sentence in draft.held:
        typer.echo(f"! {_HOLDS[sentence.hold]}: {sentence.text}", err=True)
    for need in draft.unanswered:
        typer.echo(f"? unanswered: {need.text}", err=True)
    if draft.handover is not None and draft.handover.takes_over:
        typer.echo(f"! a person should take over: {draft.handover.team}, {draft.handover.cause}", err=True)
    for citation in draft.citations:
        typer.echo(f"[{citation.n}] {citation.title} ({citation.document}, version {citation.version})", err=True)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise AppUserError(f"{option} {text}: write the day as 2026-11-21") from None
