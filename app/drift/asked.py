"""What agents asked, as it is stored: with placeholders for personal data; nothing here opens a vault."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Row, func, select

from app.answers import Action
from app.conversations.sessions import Sessions
from app.conversations.tables import ConversationRow, MessageRow
from app.drift.weeks import Week
from ingest.ledger.reading import readable_by

_READERS = readable_by("agent")  # whoever sees a report may read what agents may read
_AT_ONCE = 500
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what became of it.

    :param conversation: questions of one conversation in one week are not independent of each other.
    :param text: self-contained, with placeholders.
    :param documents: the titles of what the answer cites, without tickets.
    :param support: mean of the sentences that were written, None where there are none.
    :param is_open: its words and its documents may be shown; not where the answer rests on what few may read.
    """

    conversation: str
    week: Week
    text: str
    language: str
    action: Action
    escalated: bool
    evidence: float
    support: float | None
    documents: tuple[str, ...]
    is_open: bool


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Sentence(_Kept):
    score: float


class _Citation(_Kept):
    title: str
    audience: str = "all"
    history: bool = False


class _Understood(_Kept):
    question: str


class _Answer(_Kept):
    """What is read of an answer, sealed as it is."""

    action: Action
    language: str
    confidence: float = 0.0
    sentences: tuple[_Sentence, ...] = ()
    citations: tuple[_Citation, ...] = ()
    understood: _Understood | None = None
    escalation: dict[str, object] | None = None


def questions_between(sessions: Sessions, begin: datetime, end: datetime, most: int) -> list[Asked]:
    """The questions with a finished answer, by conversation, oldest first.

    :param most: conversations of one week; where there are more, those are taken whose ids hash lowest.
    """
    query = (
        select(
            MessageRow.conversation_id,
            MessageRow.role,
            MessageRow.text,
            MessageRow.answer_json,
            MessageRow.status,
            MessageRow.created_at,
        )
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(ConversationRow.kind == "chat", MessageRow.created_at >= begin, MessageRow.created_at < end)
        .order_by(MessageRow.conversation_id, MessageRow.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    with sessions.read() as session:
        found = list(_paired(session.execute(query)))
    return _drawn(found, most)


def state_of_answers(sessions: Sessions) -> str:
    """What changes whenever an answer is finished, or a conversation is deleted or erased."""
    query = select(func.max(MessageRow.id), func.count()).where(MessageRow.status == "finished")
    with sessions.read() as session:
        last, count = session.execute(query).one()
    return f"{last or 0} {count}"


def _paired(rows: Iterable[Row[str, str, str, str | None, str, datetime]]) -> Iterator[Asked]:
    question: tuple[str, str] | None = None
    for conversation, role, text, answer_json, status, at in rows:
        if role == "user":
            question = conversation, text
            continue
        if question and question[0] == conversation and status == "finished" and answer_json:
            try:
                answer = _Answer.model_validate_json(answer_json)
            except ValidationError:
                _log.warning("an answer of conversation %s is of a version that cannot be read", conversation)
            else:
                yield _asked(conversation, question[1], answer, Week.of(at))
        question = None


def _asked(conversation: str, text: str, answer: _Answer, week: Week) -> Asked:
    cited = [each for each in answer.citations if not each.history]
    scores = [each.score for each in answer.sentences]
    return Asked(
        conversation=f"{conversation} {week}",
        week=week,
        text=answer.understood.question if answer.understood else text,
        language=answer.language,
        action=answer.action,
        escalated=answer.action == "escalate" or answer.escalation is not None,
        evidence=answer.confidence,
        support=sum(scores) / len(scores) if scores else None,
        documents=tuple(dict.fromkeys(each.title for each in cited if each.audience in _READERS)),
        is_open=all(each.audience in _READERS for each in answer.citations),
    )


def _drawn(questions: Sequence[Asked], most: int) -> list[Asked]:
    by_week: dict[Week, list[str]] = {}
    for conversation, group in groupby(questions, key=lambda each: each.conversation):
        by_week.setdefault(next(group).week, []).append(conversation)
    kept: set[str] = set()
    for conversations in by_week.values():
        unique = set(conversations)
        kept |= unique if len(unique) <= most else set(sorted(unique, key=_lot)[:most])
    return [each for each in questions if each.conversation in kept]


def _lot(conversation: str) -> str:
    return hashlib.sha256(conversation.encode()).hexdigest()
