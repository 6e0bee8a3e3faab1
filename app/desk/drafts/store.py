"""The store of drafts, in the database of conversations: every call is one short transaction, safe from any thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from app.audit.actions import Action
from app.audit.recorder import note
from app.conversations.errors import ConversationUserError
from app.conversations.sealing import Sealing
from app.conversations.sessions import Sessions
from app.conversations.signing import plain_name
from app.conversations.tables import ConversationRow
from app.desk.drafts.difference import Difference, difference
from app.desk.drafts.draft import Draft
from app.desk.drafts.records import DraftState, KeptDraft
from app.desk.drafts.tables import DraftDocumentRow, DraftRow

_DOCUMENT_CHARACTERS = 500
_STATES: dict[str, DraftState] = {"draft": "draft", "sent": "sent", "discarded": "discarded"}


class DraftStore:
    """Drafts by conversation, of which at most one is open.

    :raises ConversationUserError: from any method, when a conversation or draft does not exist, or is not open.
    :raises ConversationError: from any method, when the database fails.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._read, self._write = sessions.read, sessions.write

    def add(self, conversation_id: str, draft: Draft) -> KeptDraft:
        """Keep the next version; what was open until now is discarded."""
        now = datetime.now(UTC)
        with self._write() as session:
            if session.get(ConversationRow, conversation_id) is None:
                raise ConversationUserError(f"there is no conversation {conversation_id!r}: it was deleted")
            sealing = Sealing(session, conversation_id, writes=True)
            of_it = DraftRow.conversation_id == conversation_id
            session.execute(update(DraftRow).where(of_it, DraftRow.state == "draft").values(state="discarded", at=now))
            last = session.scalars(select(func.max(DraftRow.version)).where(of_it)).one()
            row = DraftRow(
                conversation_id=conversation_id,
                version=(last or 0) + 1,
                state="draft",
                text=sealing.seal(draft.to_edit, draft.language),
                result_json=sealing.seal_model(draft, draft.language),
                by="",
                created_at=now,
                at=now,
            )
            documents = sorted({citation.document[:_DOCUMENT_CHARACTERS] for citation in draft.sources})
            row.documents = [DraftDocumentRow(document_id=document) for document in documents]
            session.add(row)
            session.flush()
            note(session, "draft.written", f"draft:{row.id}", conversation=conversation_id, model=draft.model)
            return _kept(row, sealing)

    def get(self, draft_id: int) -> KeptDraft:
        with self._read() as session:
            row = _existing(session, draft_id)
            return _kept(row, Sealing(session, row.conversation_id))

    def latest(self, conversation_id: str) -> KeptDraft | None:
        """The newest version that was not discarded; None where there is none."""
        query = (
            select(DraftRow)
            .where(DraftRow.conversation_id == conversation_id, DraftRow.state != "discarded")
            .order_by(DraftRow.version.desc())
            .limit(1)
        )
        with self._read() as session:
            row = session.scalars(query).first()
            return _kept(row, Sealing(session, conversation_id)) if row else None

    def open_drafts(self, document_id: str) -> Sequence[KeptDraft]:
        """The drafts nobody has sent or discarded that cite a document, oldest first."""
        query = (
            select(DraftRow)
            .join(DraftDocumentRow, DraftDocumentRow.draft_id == DraftRow.id)
            .where(DraftRow.state == "draft", DraftDocumentRow.document_id == document_id[:_DOCUMENT_CHARACTERS])
            .order_by(DraftRow.created_at, DraftRow.id)
        )
        return self._all(query)

    def sent_since(self, since: datetime, limit: int = 10_000) -> Sequence[KeptDraft]:
        """What was sent since then, oldest first."""
        query = select(DraftRow).where(DraftRow.state == "sent", DraftRow.at >= since)
        return self._all(query.order_by(DraftRow.at, DraftRow.id).limit(limit))

    def send(self, draft_id: int, text: str, by: str) -> KeptDraft:
        """Keep what was sent and how it differs from the draft; whoever calls this has reviewed the text."""
        with self._write() as session:
            row = _open(session, draft_id)
            sealing = Sealing(session, row.conversation_id, writes=True)
            draft = sealing.open_model(row.result_json, Draft)
            changes = difference(sealing.open(row.text), text)
            sealed = sealing.seal(text, draft.language)
            return self._ended(
                session, row, sealing, "sent", by, sent=sealed, changes=sealing.seal_model(changes, draft.language)
            )

    def discard(self, draft_id: int, by: str = "") -> KeptDraft:
        """It will not be sent."""
        with self._write() as session:
            row = _open(session, draft_id)
            return self._ended(session, row, Sealing(session, row.conversation_id), "discarded", by)

    def _ended(
        self,
        session: Session,
        row: DraftRow,
        sealing: Sealing,
        state: DraftState,
        by: str,
        sent: str | None = None,
        changes: str | None = None,
    ) -> KeptDraft:
        # Two agents may press at once: the state decides who was first.
        ended = session.execute(
            update(DraftRow)
            .where(DraftRow.id == row.id, DraftRow.state == "draft")
            .values(
                state=state,
                by=plain_name(by),
                at=datetime.now(UTC),
                sent_text=sent,
                difference_json=changes,
            )
            .returning(DraftRow.id)
        ).all()
        if not ended:
            raise _not_open(row.id)
        session.refresh(row)
        how: Action = "draft.approved" if state == "sent" else "draft.discarded"
        note(session, how, f"draft:{row.id}", conversation=row.conversation_id, version=row.version)
        return _kept(row, sealing)

    def _all(self, query: Select[DraftRow]) -> Sequence[KeptDraft]:
        with self._read() as session:
            return [_kept(row, Sealing(session, row.conversation_id)) for row in session.scalars(query)]


def _existing(session: Session, draft_id: int) -> DraftRow:
    row = session.get(DraftRow, draft_id)
    if row is None:
        raise ConversationUserError(f"there is no draft {draft_id}: its conversation was deleted")
    return row


def _open(session: Session, draft_id: int) -> DraftRow:
    row = _existing(session, draft_id)
    if row.state != "draft":
        raise _not_open(draft_id)
    return row


def _not_open(draft_id: int) -> ConversationUserError:
    return ConversationUserError(f"draft {draft_id} was sent or replaced already: reload the page")


def _kept(row: DraftRow, sealing: Sealing) -> KeptDraft:
    return KeptDraft(
        id=row.id,
        conversation_id=row.conversation_id,
        version=row.version,
        state=_STATES[row.state],
        text=sealing.open(row.text),
        draft=sealing.open_model(row.result_json, Draft),
        sent_text=None if row.sent_text is None else sealing.open(row.sent_text),
        difference=sealing.open_model(row.difference_json, Difference) if row.difference_json else None,
        by=row.by,
        created_at=row.created_at,
        at=row.at,
    )
