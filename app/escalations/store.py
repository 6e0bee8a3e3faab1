"""The queue of escalations, in the database of conversations."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import case, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.actions import Action
from app.audit.recorder import note
from app.conversations.errors import ConversationUserError
from app.conversations.sealing import Sealing
from app.conversations.sessions import Sessions
from app.conversations.signing import signature
from app.conversations.tables import EscalationRow
from app.escalations.packet import Packet
from app.escalations.records import PRIORITIES, WAITING, Candidate, Escalation, State
from guardrails.escalation.policy import Priority


class EscalationStore:
    """Every call is one short transaction, safe from any thread.

    :raises ConversationUserError: from any method, when an escalation does not exist or is closed already.
    :raises ConversationError: from any method, when the database fails.
    """

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self._read, self._write = sessions.read, sessions.write

    def add(self, conversation_id: str, packet: Packet) -> Escalation:
        """Put a case into the queue; one that is there for the same cause is not put there twice."""
        with self._write() as session:
            row = EscalationRow(conversation_id=conversation_id, created_at=datetime.now(UTC))
            _fill(session, row, packet)
            try:
                with session.begin_nested():
                    session.add(row)
            except IntegrityError:
                same = select(EscalationRow).where(
                    EscalationRow.conversation_id == conversation_id, EscalationRow.cause == packet.cause
                )
                return _escalation(session, session.scalars(same).one())
            _raised(session, row)
            return _escalation(session, row)

    def reopen(self, escalation_id: int, packet: Packet) -> Escalation:
        """Put a closed case back into the queue, since its cause came up again; another stays as it is."""
        with self._write() as session:
            row = _existing(session, escalation_id)
            if row.state == "closed":
                _fill(session, row, packet)
                row.acknowledged_by = row.acknowledged_at = None
                row.answered_by = row.answered_at = None
                row.answer = ""
                _raised(session, row)
            return _escalation(session, row)

    def get(self, escalation_id: int) -> Escalation:
        with self._read() as session:
            return _escalation(session, _existing(session, escalation_id))

    def of_conversation(self, conversation_id: str) -> dict[str, Escalation]:
        """The cases of a conversation by their causes."""
        with self._read() as session:
            rows = session.scalars(select(EscalationRow).where(EscalationRow.conversation_id == conversation_id))
            return {row.cause: _escalation(session, row) for row in rows}

    def list(
        self,
        states: Collection[State] = (),
        team: str | None = None,
        priority: Priority | None = None,
        limit: int = 200,
    ) -> list[Escalation]:
        """At most ``limit`` cases, the most pressing and of those the oldest first.

        :param states: only cases in one of these; in any state when empty.
        """
        query = select(EscalationRow)
        if states:
            query = query.where(EscalationRow.state.in_(states))
        if team is not None:
            query = query.where(EscalationRow.team == team)
        if priority is not None:
            query = query.where(EscalationRow.priority == priority)
        ranks = {name: rank for rank, name in enumerate(PRIORITIES)}
        rank = case(ranks, value=EscalationRow.priority, else_=len(ranks))
        with self._read() as session:
            rows = session.scalars(query.order_by(rank, EscalationRow.created_at, EscalationRow.id).limit(limit))
            return [_escalation(session, row) for row in rows]

    def open_count(self) -> int:
        """How many cases nobody has acknowledged."""
        with self._read() as session:
            opened = select(func.count()).select_from(EscalationRow).where(EscalationRow.state == "open")
            return session.scalars(opened).one()

    def teams(self) -> Sequence[str]:
        """The teams that have or had a case, sorted."""
        with self._read() as session:
            return session.scalars(select(EscalationRow.team).distinct().order_by(EscalationRow.team)).all()

    def acknowledge(self, escalation_id: int, by: str) -> Escalation:
        """Somebody looks after an open case.

        :param by: who, in their own words.
        """
        values = {"acknowledged_by": signature(by), "acknowledged_at": datetime.now(UTC)}
        return self._move(escalation_id, ("open",), "acknowledged", values)

    def answer(self, escalation_id: int, by: str, text: str) -> Escalation:
        """A person has answered what the assistant could not; the case stays until it is closed.

        :param text: what the customer was told; it becomes a candidate for the knowledge base.
        """
        if not text.strip():
            raise ConversationUserError("an answer has words in it: write what the customer was told")
        values = {"answered_by": signature(by), "answered_at": datetime.now(UTC), "candidate": "new"}
        return self._move(escalation_id, ("open", "acknowledged"), "answered", values, answer=text.strip())

    def close(self, escalation_id: int, by: str, remark: str = "") -> Escalation:
        """The case is settled.

        :param remark: what came of it.
        """
        values = {"closed_by": signature(by), "closed_at": datetime.now(UTC)}
        return self._move(escalation_id, WAITING, "closed", values, remark=remark.strip())

    def candidates(self, limit: int = 200) -> Sequence[Candidate]:
        """Answers of people that nobody has taken into the knowledge base or turned down yet, the oldest first."""
        query = select(EscalationRow).where(EscalationRow.candidate == "new").order_by(EscalationRow.answered_at)
        with self._read() as session:
            return [_candidate(row) for row in session.scalars(query.limit(limit))]

    def candidate_count(self) -> int:
        """How many answers wait to be taken or turned down."""
        with self._read() as session:
            waiting = select(func.count()).select_from(EscalationRow).where(EscalationRow.candidate == "new")
            return session.scalars(waiting).one()

    def settle_candidate(self, escalation_id: int, taken: bool) -> None:
        """An answer was taken into the knowledge base, or turned down."""
        with self._write() as session:
            row = _existing(session, escalation_id)
            if row.candidate != "new":
                raise ConversationUserError(f"escalation {escalation_id} has no answer that waits to be taken")
            row.candidate = "taken" if taken else "dismissed"
            if taken:
                note(session, "answers.exported", f"case:{row.id}")

    def _move(
        self,
        escalation_id: int,
        before: tuple[State, ...],
        after: State,
        values: dict[str, Any],
        **texts: str,
    ) -> Escalation:
        with self._write() as session:
            moved = (
                update(EscalationRow)
                .where(EscalationRow.id == escalation_id, EscalationRow.state.in_(before))
                .values(state=after, **values)
                .returning(EscalationRow.id)
            )
            done = session.scalars(moved).all()
            row = _existing(session, escalation_id)
            if not done:
                by = {"closed": row.closed_by, "answered": row.answered_by}.get(row.state, row.acknowledged_by)
                raise ConversationUserError(f"escalation {escalation_id} is {row.state} already, by {by}")
            if any(texts.values()):
                sealing = Sealing(session, row.conversation_id, writes=True)
                language = sealing.open_model(row.packet_json, Packet).language
                for column, text in texts.items():
                    setattr(row, column, sealing.seal(text, language))
            note(session, _MOVES[after], f"case:{row.id}", conversation=row.conversation_id)
            return _escalation(session, row)


_MOVES: dict[State, Action] = {
    "acknowledged": "case.acknowledged",
    "answered": "case.answered",
    "closed": "case.closed",
}


def _raised(session: Session, row: EscalationRow) -> None:
    where = {"conversation": row.conversation_id, "cause": row.cause, "team": row.team, "priority": row.priority}
    note(session, "case.raised", f"case:{row.id}", **where)


def _fill(session: Session, row: EscalationRow, packet: Packet) -> None:
    row.cause, row.team, row.priority, row.state = packet.cause, packet.team, packet.priority, "open"
    row.packet_json = Sealing(session, row.conversation_id, writes=True).seal_model(packet, packet.language)


def _existing(session: Session, escalation_id: int) -> EscalationRow:
    row = session.get(EscalationRow, escalation_id)
    if row is None:
        raise ConversationUserError(f"there is no escalation {escalation_id}: look at `polydesk escalations list`")
    return row


def _escalation(session: Session, row: EscalationRow) -> Escalation:
    sealing = Sealing(session, row.conversation_id)
    return Escalation(
        id=row.id,
        conversation_id=row.conversation_id,
        cause=row.cause,
        team=row.team,
        priority=cast(Priority, row.priority),
        state=cast(State, row.state),
        packet=sealing.open_model(row.packet_json, Packet),
        created_at=row.created_at,
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
        remark=sealing.open(row.remark),
        answer=sealing.open(row.answer),
        answered_by=row.answered_by,
        answered_at=row.answered_at,
    )


def _candidate(row: EscalationRow) -> Candidate:
    """The texts stay sealed: nothing personal gets into the knowledge base."""
    sealed = json.loads(row.packet_json)
    question = sealed.get("understood") or sealed["question"]
    return Candidate(row.id, question, row.answer, sealed["language"], row.team, row.answered_by or "", row.answered_at)
