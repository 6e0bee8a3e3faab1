"""What people accepted: answers with a thumb up, and replies to customers that were sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.answers import Answer, Citation
from app.conversations.sealing import Sealing
from app.conversations.sessions import Sessions
from app.conversations.tables import MessageRow, RatingRow
from app.desk.drafts.records import KeptDraft
from app.desk.drafts.reviewing import written_sentences
from app.desk.drafts.store import DraftStore
from guardrails.personal.vault import Vault
from prompts.drafting import Manner

Kind = Literal["answer", "draft"]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A question, the evidence, and what a person held to be a good answer; personal data is still in it.

    :param sentences: of the answer, each with the numbers of what it cites; only those that cite something.
    :param edit_share: how much of a draft the agent changed before sending it, 0..1; None of an answer.
    :param vault: the personal data of the conversation, among it the names of the people who wrote.
    """

    kind: Kind
    number: int
    conversation_id: str
    at: datetime
    language: str
    question: str
    citations: tuple[Citation, ...]
    sentences: tuple[tuple[str, tuple[int, ...]], ...]
    edit_share: float | None
    manner: Manner | None
    vault: Vault


def accepted_since(sessions: Sessions, since: date) -> Iterator[Accepted]:
    """All of it, oldest first within each kind."""
    begin = datetime.combine(since, time.min, UTC)
    yield from _answers(sessions, begin)
    for kept in DraftStore(sessions).sent_since(begin):
        with sessions.read() as session:
            vault = Sealing(session, kept.conversation_id).vault
        vault.seal_name(kept.by)  # whoever sent it may have signed it
        if found := _of_draft(kept, vault):
            yield found


def _answers(sessions: Sessions, begin: datetime) -> Iterator[Accepted]:
    query = (
        select(MessageRow)
        .join(RatingRow, RatingRow.message_id == MessageRow.id)
        .where(RatingRow.value == "up", MessageRow.created_at >= begin, MessageRow.answer_json.is_not(None))
        .order_by(MessageRow.created_at, MessageRow.id)
    )
    with sessions.read() as session:
        for row in session.scalars(query):
            if found := _of_answer(session, row):
                yield found


def _of_answer(session: Session, row: MessageRow) -> Accepted | None:
    sealing = Sealing(session, row.conversation_id)
    answer = sealing.open_model(row.answer_json or "", Answer)
    before = (
        select(MessageRow.text)
        .where(MessageRow.conversation_id == row.conversation_id, MessageRow.role == "user", MessageRow.id < row.id)
        .order_by(MessageRow.id.desc())
        .limit(1)
    )
    asked = session.scalars(before).first()
    sentences = tuple((each.text, each.citations) for each in answer.sentences if each.supported and each.citations)
    if asked is None or answer.action != "answer" or not sentences:
        return None
    question = answer.understood.question if answer.understood else sealing.open(asked)
    return Accepted(
        "answer",
        row.id,
        row.conversation_id,
        row.created_at,
        answer.language,
        question,
        answer.citations,
        sentences,
        None,
        None,
        sealing.vault,
    )


def _of_draft(kept: KeptDraft, vault: Vault) -> Accepted | None:
    draft, changes = kept.draft, kept.difference
    question = "\n".join(need.text for need in draft.needs)
    cited: dict[str, tuple[int, ...]] = {}
    for sentence in draft.sentences:
        for part in (sentence.text, *written_sentences(sentence.text)):
            cited[part] = sentence.citations
    for changed in changes.changed if changes else ():
        cited.setdefault(changed.new, cited.get(changed.old, ()))
    sentences = tuple(_known(written_sentences(kept.sent_text or ""), cited))
    if not question or not sentences:
        return None
    return Accepted(
        "draft",
        kept.id,
        kept.conversation_id,
        kept.at,
        draft.language,
        question,
        draft.citations,
        sentences,
        changes.edit_share if changes else None,
        draft.manner,
        vault,
    )


def _known(written: Sequence[str], cited: dict[str, tuple[int, ...]]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """What an agent added stands in no passage: a model must not learn to say such things."""
    for sentence in written:
        if numbers := cited.get(sentence):
            yield sentence, numbers
