"""Answers made for a test and kept as the conversations keep them, each at a moment of its own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from app.answers import Action, Answer, Attempt, Citation, Escalated, Finding, GuardCost, Sentence, Timings, Usage
from app.conversations.sealing import Sealing
from app.conversations.sessions import Sessions
from app.conversations.tables import ConversationRow, MessageRow, RatingRow

SMALL = "mistralai:mistral-small-latest"


def made_answer(
    action: Action = "answer",
    *,
    language: str = "en",
    seconds: float = 2.0,
    scores: Sequence[float] = (0.9, 0.8),
    withheld: Sequence[float] = (),
    title: str = "Returns",
    audience: str = "all",
    model: str = "quoting",
    tokens: tuple[int, int] = (0, 0),
    model_seconds: float = 0.0,
    reasons: Sequence[str] = (),
    findings: Sequence[tuple[str, str]] = (),
    guards: Sequence[tuple[str, float]] = (("injection", 10.0), ("grounding", 200.0)),
    retrieval: float = 100.0,
    handed_over: bool = False,
    text: str = "Within 30 days.",
) -> Answer:
    """``seconds`` in all, of which 100 ms went into retrieval, 10 into guards and 200 into the gate."""
    attempts: tuple[Attempt, ...] = ()
    if model != "quoting":
        usage = Usage(prompt_tokens=tokens[0], completion_tokens=tokens[1])
        attempts = (Attempt(model=model, why="first", usage=usage, milliseconds=model_seconds * 1000, wrote=True),)
    citation = Citation(
        n=1, document=title, title=title, version=1, page=2, language="en", quote=text, start=0, end=len(text),
        uri=f"file:///{title}", passage=text, audience=audience,
    )  # fmt: skip
    sentences = (
        *(Sentence(text=text, supported=True, score=score, citations=(1,)) for score in scores),
        *(Sentence(text="Forever.", supported=False, score=s, reasons=("not-supported",)) for s in withheld),
    )
    case = Escalated(id=1, cause="person", team="support", priority="high", first_step="call") if handed_over else None
    return Answer(
        action=action,
        language=language,
        answer=text,
        reasons=tuple(reasons),
        sentences=sentences if action == "answer" else (),
        citations=(citation,) if action == "answer" else (),
        confidence=0.8,
        model=model,
        usage=attempts[0].usage if attempts else Usage(),
        timings_ms=Timings(retrieval=retrieval, guards=210, first_token=300, total=seconds * 1000),
        findings=tuple(
            Finding(guard=guard, code=code, about="question", score=0.9, reason="it says so")
            for guard, code in findings
        ),
        guards=tuple(GuardCost(guard=name, checks=1, milliseconds=spent) for name, spent in guards),
        attempts=attempts,
        escalation=case,
    )


def keep(
    sessions: Sessions,
    at: datetime,
    answer: Answer | None,
    *,
    question: str = "How long can it be sent back?",
    status: str = "finished",
    rating: tuple[str, str | None] | None = None,
    owner: str | None = None,
    kind: str = "chat",
) -> int:
    """A conversation of one question with this answer, sealed; the answer's id. None is an answer that broke off."""
    conversation = ConversationRow(
        id=uuid.uuid4().hex, kind=kind, title="", language="en", created_at=at, updated_at=at, owner=owner
    )
    common = {"conversation_id": conversation.id, "created_at": at, "updated_at": at}
    with sessions.write() as session:
        session.add(conversation)
        session.flush()
        sealing = Sealing(session, conversation.id, writes=True)
        session.add(MessageRow(role="user", status="finished", text=sealing.seal(question, "en"), **common))
        session.flush()
        sealed = sealing.seal_model(answer, answer.language) if answer else None
        row = MessageRow(role="assistant", status=status, text="", answer_json=sealed, **common)
        session.add(row)
        session.flush()
        if rating:
            session.add(RatingRow(message_id=row.id, value=rating[0], reason=rating[1], comment="", at=at))
        return row.id
