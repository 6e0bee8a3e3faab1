"""Notes the figures of answers that have none yet: those given since somebody last looked, or before there were any."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import ValidationError
from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session

from app.answers import Answer
from app.conversations.sessions import Sessions
from app.conversations.tables import Base, ConversationRow, MessageRow
from app.dashboard.phases import phases_of
from app.dashboard.tables import AnswerAttemptRow, AnswerCodeRow, AnswerFiguresRow
from ingest.ledger.reading import readable_by
from ingest.paging import pages

Row = dict[str, object]
Told = Callable[[int, int], None]  # how many of how many
_AT_ONCE = 500
_READERS = readable_by("agent")  # whoever sees a dashboard may read what agents may read
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished answer as the database has it; it is counted sealed, and no vault is opened."""

    message_id: int
    conversation_id: str
    at: datetime
    answer: Answer


@dataclass(frozen=True, slots=True)
class Noted:
    """The rows of one answer."""

    figures: Row
    attempts: list[Row]
    codes: list[Row]


def note_figures(sessions: Sessions, since: datetime, told: Told | None = None) -> int:
    """Note what is missing of the answers to questions since then; how many there were."""
    with sessions.read() as session:
        missing = _missing(session, since)
    done = 0
    for ids in pages(missing, _AT_ONCE):
        with sessions.read() as session:
            noted = [noted_of(each) for each in _kept(session, ids)]
        if noted:
            with sessions.write() as session:
                _keep(session, noted)
        done += len(ids)
        if told:
            told(done, len(missing))
    return len(missing)


def noted_of(kept: Kept) -> Noted:
    """The figures of one answer."""
    answer = kept.answer
    times = phases_of(answer)
    shown = [each.score for each in answer.sentences if each.supported]
    scores = [each.score for each in answer.sentences]
    cited = (each.title for each in answer.citations if not each.history and each.audience in _READERS)
    figures: Row = {
        "message_id": kept.message_id,
        "conversation_id": kept.conversation_id,
        "at": int(kept.at.timestamp()),
        "language": answer.language[:16],
        "action": answer.action,
        "handed_over": int(answer.action == "escalate" or answer.escalation is not None),
        "model": answer.model[:200],
        "topic": next(cited, None),
        "confidence": answer.confidence,
        "support": sum(scores) / len(scores) if scores else None,
        "weakest": min(shown, default=None),
        "shown": len(shown),
        "withheld": len(scores) - len(shown),
        "findings": len(answer.findings),
        "total_ms": answer.timings_ms.total,
        "retrieval_ms": times.retrieval,
        "guards_ms": times.guards,
        "model_ms": times.model,
        "gate_ms": times.gate,
    }
    attempts: list[Row] = [
        {
            "message_id": kept.message_id,
            "number": number,
            "model": each.model[:200],
            "prompt_tokens": each.usage.prompt_tokens,
            "completion_tokens": each.usage.completion_tokens,
            "milliseconds": each.milliseconds,
        }
        for number, each in enumerate(answer.attempts)
    ]
    counted = Counter(("finding", each.guard[:64], each.code[:80]) for each in answer.findings)
    if answer.action != "answer":
        counted.update(("reason", "", code[:80]) for code in set(answer.reasons))
    codes: list[Row] = [
        {"message_id": kept.message_id, "kind": kind, "name": name, "code": code, "count": count}
        for (kind, name, code), count in counted.items()
    ]
    return Noted(figures, attempts, codes)


def _missing(session: Session, since: datetime) -> list[int]:
    # All that is asked here stands in one index: no answer is read that was noted before.
    noted = exists().where(AnswerFiguresRow.message_id == MessageRow.id)
    query = select(MessageRow.id).where(
        MessageRow.role == "assistant", MessageRow.status == "finished", MessageRow.created_at >= since, ~noted
    )
    return list(session.scalars(query))


def _kept(session: Session, ids: Sequence[int]) -> list[Kept]:
    query = (
        select(MessageRow.id, MessageRow.conversation_id, MessageRow.created_at, MessageRow.answer_json)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(MessageRow.id.in_(ids), ConversationRow.kind == "chat", MessageRow.answer_json.is_not(None))
    )
    found: list[Kept] = []
    for id, conversation_id, at, answer_json in session.execute(query):
        try:
            answer = Answer.model_validate_json(answer_json or "")
        except ValidationError:
            _log.warning("answer %d is of a version that cannot be counted", id)
        else:
            found.append(Kept(id, conversation_id, at.astimezone(UTC), answer))
    return found


def _keep(session: Session, noted: Sequence[Noted]) -> None:
    """Those whose message is still there, and that no other process has noted meanwhile."""
    ids = [each.figures["message_id"] for each in noted]
    # Locked in one order, so that two who count at once wait for each other and not both in a circle.
    locked = select(MessageRow.id).where(MessageRow.id.in_(ids)).order_by(MessageRow.id).with_for_update(of=MessageRow)
    there = set(session.scalars(locked))
    there -= set(session.scalars(select(AnswerFiguresRow.message_id).where(AnswerFiguresRow.message_id.in_(ids))))
    new = [each for each in noted if each.figures["message_id"] in there]
    for table, rows in (
        (AnswerFiguresRow, [each.figures for each in new]),
        (AnswerAttemptRow, [row for each in new for row in each.attempts]),
        (AnswerCodeRow, [row for each in new for row in each.codes]),
    ):
        if rows:
            session.execute(insert(Base.metadata.tables[table.__tablename__]), rows)
