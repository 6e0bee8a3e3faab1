"""An answer once more: what it was made of and with, what would be said today, and why that differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.answers import Answer, Citation, Finished, MadeWith, Question
from app.audit.errors import AuditUserError
from app.conversations.store import ConversationStore
from app.desk.changes.again import Compared, compare_answers
from app.errors import AppError
from app.jobs import AssistantLike
from app.turns import history_of
from ingest.ledger.tables import PUBLISHED, VersionRow

State = Literal["as-cited", "other-words", "gone"]
Why = Literal[
    "document-changed", "document-added", "policy-changed", "model-changed", "prompt-changed", "not-known", "nothing"
]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One cited place, as the ledger has it now.

    :param state: whether the cited version still says these words at this place; ``gone`` where the ledger no longer
        has it, as after an erasure.
    :param live: the version of the document that is published now; None where there is none.
    """

    n: int
    document: str
    version: int
    version_id: int | None
    start: int
    end: int
    quote: str
    state: State
    live: int | None

    @property
    def is_superseded(self) -> bool:
        return self.live != self.version


@dataclass(frozen=True, slots=True)
class Replayed:
    """An answer then and now.

    :param why: what changed between the two; ``nothing`` where all that is known is as it was.
    """

    message_id: int
    at: str  # UTC, ISO 8601
    question: str
    evidence: tuple[Evidence, ...]
    then: Answer
    now: Answer
    compared: Compared
    why: tuple[Why, ...]


def replay(
    message_id: int, conversations: ConversationStore, ledger: Engine, assistant: AssistantLike, model: str | None
) -> Replayed:
    """Ask again what was asked then, of what is there today.

    :param model: to ask; the connected one when None.
    :raises AuditUserError: the message is no finished answer.
    :raises ConversationUserError: there is no such message, as after its customer was forgotten.
    """
    message = conversations.message(message_id)
    if message.role != "assistant" or message.answer is None:
        raise AuditUserError(f"message {message_id} is no finished answer: look at `polydesk audit show`")
    before = [each for each in conversations.messages(message.conversation_id) if each.id < message_id]
    then, asked = message.answer, before[-1].text
    question = Question(
        text=asked,
        language=then.language,
        model=model,
        audience=then.made_with.audience if then.made_with else "agent",
        history=history_of(before[:-1]),
    )
    now = _asked(assistant, question)
    evidence = tuple(_evidence(ledger, then.citations))
    return Replayed(
        message_id,
        message.created_at.isoformat(timespec="seconds"),
        asked,
        evidence,
        then,
        now,
        compare_answers(then, now),
        reasons(then, now, evidence),
    )


def reasons(then: Answer, now: Answer, evidence: Sequence[Evidence]) -> tuple[Why, ...]:
    """What changed of all that an answer depends on."""
    old, new = then.made_with, now.made_with
    found: list[Why] = []
    if any(each.state == "gone" or each.is_superseded for each in evidence):
        found.append("document-changed")
    elif old and new and set(new.versions) - set(old.versions):
        found.append("document-added")
    if then.model != now.model or _differ(old, new, "model_digest"):
        found.append("model-changed")
    if _differ(old, new, "policy"):
        found.append("policy-changed")
    if _differ(old, new, "prompt"):
        found.append("prompt-changed")
    if old is None:
        found.append("not-known")
    return tuple(found) or ("nothing",)


def _differ(old: MadeWith | None, new: MadeWith | None, name: str) -> bool:
    """Whether both are known and not the same."""
    before, after = getattr(old, name, ""), getattr(new, name, "")
    return bool(before and after and before != after)


def _asked(assistant: AssistantLike, question: Question) -> Answer:
    for event in assistant.ask(question):
        if isinstance(event, Finished):
            return event.answer
    raise AppError("the assistant ended without an answer; try again")


def _evidence(ledger: Engine, citations: Sequence[Citation]) -> list[Evidence]:
    with Session(ledger) as session:
        return [_of_citation(session, each) for each in citations]


def _of_citation(session: Session, cited: Citation) -> Evidence:
    of_it = VersionRow.document_id == cited.document
    found = session.scalars(select(VersionRow).where(of_it, VersionRow.number == cited.version)).first()
    live = session.scalars(select(VersionRow.number).where(of_it, VersionRow.state == PUBLISHED)).first()
    state: State = "gone"
    if found is not None:
        there = found.text[cited.passage_start : cited.passage_start + len(cited.passage)]
        state = "as-cited" if there == cited.passage and cited.end <= len(found.text) else "other-words"
    return Evidence(
        cited.n,
        cited.document,
        cited.version,
        found.id if found is not None else None,
        cited.start,
        cited.end,
        cited.quote,
        state,
        live,
    )
