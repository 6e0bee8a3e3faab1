"""What agents say is wrong in the documents, for the people who look after them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast, get_args

from sqlalchemy import func, select, update

from app.answers import Citation
from app.audit.recorder import note
from app.conversations.errors import ConversationUserError
from app.conversations.sessions import Sessions
from app.conversations.signing import signature
from app.desk.knowledge.tables import PassageReportRow
from guardrails.personal.vault import Vault
from ingest.languages.identify import identify_question

ReportState = Literal["open", "settled"]
REPORT_STATES: tuple[ReportState, ...] = get_args(ReportState)
_OPEN: tuple[ReportState, ...] = ("open",)
_FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class PassageReport:
    """One passage that somebody holds to be wrong.

    :param outcome: what came of it, once it is settled.
    """

    id: int
    document_id: str
    version: int
    title: str
    quote: str
    language: str  # of the quote
    remark: str
    state: ReportState
    reported_by: str
    reported_at: datetime  # UTC
    settled_by: str | None
    settled_at: datetime | None  # UTC
    outcome: str


class ReportStore:
    """Every call is one short transaction, safe from any thread. Personal data in remarks is left out for good.

    :raises ConversationUserError: from any method, when a report does not exist, is settled already, or says nothing.
    :raises ConversationError: from any method, when the database fails.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._read, self._write = sessions.read, sessions.write

    def add(self, passage: Citation, remark: str, by: str) -> PassageReport:
        """Say that a passage is wrong.

        :param remark: what is wrong, or how it should read.
        """
        with self._write() as session:
            row = PassageReportRow(
                document_id=passage.document,
                version=passage.version,
                title=_masked(passage.title, passage.language),
                quote=_masked(passage.quote, passage.language),
                language=passage.language,
                remark=_said(remark, "say what is wrong with the passage, in a few words"),
                state="open",
                reported_by=signature(by),
                reported_at=datetime.now(UTC),
            )
            session.add(row)
            session.flush()
            note(session, "report.made", f"report:{row.id}", version=row.version)
            return _report(row)

    def list(self, states: Collection[ReportState] = _OPEN, limit: int = 200) -> list[PassageReport]:
        """At most ``limit`` reports, the oldest first."""
        query = select(PassageReportRow).where(PassageReportRow.state.in_(states)).order_by(PassageReportRow.id)
        with self._read() as session:
            return [_report(row) for row in session.scalars(query.limit(limit))]

    def open_count(self) -> int:
        """How many reports nobody has settled."""
        counted = select(func.count()).select_from(PassageReportRow).where(PassageReportRow.state == "open")
        with self._read() as session:
            return session.scalars(counted).one()

    def settle(self, report_id: int, by: str, outcome: str) -> PassageReport:
        """The passage was corrected, or is right after all.

        :param outcome: which of the two, in words.
        """
        values = {
            "state": "settled",
            "settled_by": signature(by),
            "settled_at": datetime.now(UTC),
            "outcome": _said(outcome, "say what came of it, in a few words"),
        }
        with self._write() as session:
            found = PassageReportRow.id == report_id, PassageReportRow.state == "open"
            done = session.scalars(
                update(PassageReportRow).where(*found).values(**values).returning(PassageReportRow.id)
            ).all()
            row = session.get(PassageReportRow, report_id)
            if row is None:
                raise ConversationUserError(f"there is no report {report_id}: look at `polydesk reports list`")
            if not done:
                raise ConversationUserError(f"report {report_id} is settled already, by {row.settled_by}")
            note(session, "report.settled", f"report:{row.id}")
            return _report(row)


def _said(text: str, hint: str) -> str:
    if not text.strip():
        raise ConversationUserError(hint)
    return _masked(text.strip(), identify_question(text, _FALLBACK_LANGUAGE).language)


def _masked(text: str, language: str) -> str:
    return Vault().mask(text, language)


def _report(row: PassageReportRow) -> PassageReport:
    return PassageReport(
        id=row.id,
        document_id=row.document_id,
        version=row.version,
        title=row.title,
        quote=row.quote,
        language=row.language,
        remark=row.remark,
        state=cast(ReportState, row.state),
        reported_by=row.reported_by,
        reported_at=row.reported_at,
        settled_by=row.settled_by,
        settled_at=row.settled_at,
        outcome=row.outcome,
    )
