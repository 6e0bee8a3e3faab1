"""Removes what is older than the company wants to keep, by kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Engine, Select, delete, select
from sqlalchemy.orm import Session

from app.audit.errors import AuditUserError
from app.audit.recorder import note
from app.conversations.sessions import Sessions
from app.conversations.tables import ConversationRow, EscalationRow
from app.desk.inbox.tables import TicketRow
from app.desk.knowledge.tables import PassageReportRow
from app.settings import Settings
from guardrails.errors import PolicyError
from guardrails.yamlfile import load_yaml
from ingest.forgetting import forget, rebuild
from ingest.knowledge import open_knowledge
from ingest.ledger.engine import open_ledger
from ingest.ledger.locks import writer_lock
from ingest.ledger.tables import RETIRED, SUPERSEDED, VersionRow
from ingest.paging import pages
from ingest.scrubbing import scrub, scrub_store
from ingest.store.paths import StorePaths

Days = Annotated[int, Field(ge=1, le=36_500)] | Literal["forever"]
KEEPING_PATH = Path(__file__).parents[1] / "keeping.yaml"
_TICKET: tuple[str, ...] = ("ticket",)
_RULES: tuple[str, ...] = ("policy", "article")


class Periods(BaseModel):
    """Days that each kind is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    conversations: Days = "forever"
    tickets: Days = "forever"
    ticket_versions: Days = "forever"
    policy_versions: Days = "forever"
    reports: Days = "forever"


class Keeping(BaseModel):
    """The file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keeping: Periods


@dataclass(frozen=True, slots=True)
class Removed:
    """How many of each kind were removed, or would be."""

    conversations: int
    tickets: int
    ticket_versions: int
    policy_versions: int
    reports: int

    @property
    def total(self) -> int:
        return self.conversations + self.tickets + self.ticket_versions + self.policy_versions + self.reports


def load_periods(path: Path | None) -> Periods:
    """The periods in a file; those that are shipped, which remove nothing, when None.

    :raises AuditUserError: the file cannot be used.
    """
    try:
        return load_yaml(path or KEEPING_PATH, Keeping).keeping
    except PolicyError as error:
        raise AuditUserError(" ".join(str(error).split())) from None


def keep(settings: Settings, sessions: Sessions, periods: Periods, now: datetime, dry_run: bool) -> Removed:
    """Remove what is older than the periods say; each thing that goes is recorded."""
    ledger = open_ledger(settings.home, settings.database_url)
    try:
        with sessions.read() as session:
            chats = _chats(session, periods.conversations, now)
            tickets = _tickets(session, periods.tickets, now)
            reports = _reports(session, periods.reports, now)
        of_tickets = _versions(ledger, _TICKET, periods.ticket_versions, now)
        of_rules = _versions(ledger, _RULES, periods.policy_versions, now)
        removed = Removed(len(chats), len(tickets), len(of_tickets), len(of_rules), len(reports))
        if dry_run or not removed.total:
            return removed
        _remove_rows(sessions, chats, tickets, reports)
        _remove_versions(settings, sessions, ledger, [*of_tickets, *of_rules])
        sessions.scrub()
        return removed
    finally:
        ledger.dispose()


def _remove_rows(sessions: Sessions, chats: Sequence[str], tickets: Sequence[str], reports: Sequence[int]) -> None:
    with sessions.write() as session:
        for page in pages([*chats, *tickets]):
            session.execute(delete(ConversationRow).where(ConversationRow.id.in_(page)))
        for numbers in pages(list(reports)):
            session.execute(delete(PassageReportRow).where(PassageReportRow.id.in_(numbers)))
        subjects = [f"conversation:{each}" for each in chats]
        subjects += [f"ticket:{each}" for each in tickets]
        subjects += [f"report:{each}" for each in reports]
        for subject in subjects:
            note(session, "kept.removed", subject)


def _remove_versions(settings: Settings, sessions: Sessions, ledger: Engine, versions: Sequence[int]) -> None:
    if not versions:
        return
    with open_knowledge(settings, engine=ledger) as knowledge, writer_lock(ledger) as renew_lock:
        forget(knowledge, versions, renew_lock)
        rebuild(knowledge, renew_lock)
    scrub(ledger)
    if settings.chroma_url is None:
        scrub_store(StorePaths.under(settings.home))
    sessions.record("kept.removed", "versions", {"versions": list(versions)})


def _cutoff(days: Days, now: datetime) -> datetime | None:
    return None if days == "forever" else now - timedelta(days=days)


def _awaited() -> Select[str]:
    """Conversations that somebody has yet to deal with."""
    return select(EscalationRow.conversation_id).where(EscalationRow.state != "closed")


def _chats(session: Session, days: Days, now: datetime) -> list[str]:
    if (cutoff := _cutoff(days, now)) is None:
        return []
    old = select(ConversationRow.id).where(
        ConversationRow.kind == "chat", ConversationRow.updated_at < cutoff, ConversationRow.id.not_in(_awaited())
    )
    return list(session.scalars(old))


def _tickets(session: Session, days: Days, now: datetime) -> list[str]:
    if (cutoff := _cutoff(days, now)) is None:
        return []
    old = select(TicketRow.conversation_id).where(
        TicketRow.status == "closed", TicketRow.updated_at < cutoff, TicketRow.conversation_id.not_in(_awaited())
    )
    return list(session.scalars(old))


def _reports(session: Session, days: Days, now: datetime) -> list[int]:
    if (cutoff := _cutoff(days, now)) is None:
        return []
    old = select(PassageReportRow.id).where(PassageReportRow.state == "settled", PassageReportRow.settled_at < cutoff)
    return list(session.scalars(old))


def _versions(ledger: Engine, kinds: Sequence[str], days: Days, now: datetime) -> list[int]:
    """Versions that ended so long ago, and are in effect no more."""
    if (cutoff := _cutoff(days, now)) is None:
        return []
    ended = cutoff.astimezone(UTC)
    old = select(VersionRow.id).where(
        VersionRow.kind.in_(kinds),
        VersionRow.state.in_((SUPERSEDED, RETIRED)),
        VersionRow.ended_at < ended.replace(tzinfo=None),
        VersionRow.ends_on <= ended.date(),
    )
    with Session(ledger) as session:
        return list(session.scalars(old))
