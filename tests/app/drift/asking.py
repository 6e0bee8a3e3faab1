"""Weeks of questions made for a test: what is asked and what becomes of it, drawn from a mix that is known."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from app.answers import Action, Answer, Citation, Sentence
from app.conversations.sessions import Sessions
from app.conversations.tables import ConversationRow, MessageRow
from app.drift.asked import Asked
from app.drift.weeks import Week

WEEK = Week(2026, 47)
DIMENSION = 48
_CENTRES = np.random.default_rng(7).normal(size=(40, DIMENSION))


@dataclass(frozen=True)
class Mix:
    """What a week is like; the questions of one conversation share language and topic."""

    conversations: int = 40
    languages: Mapping[str, float] = field(default_factory=lambda: {"en": 0.5, "de": 0.3, "fr": 0.15, "pl": 0.05})
    topics: Sequence[float] = (0.3, 0.25, 0.2, 0.15, 0.1)
    abstentions: float = 0.15
    escalations: float = 0.06
    evidence: float = 0.75
    support: float = 0.85

    def with_(self, **changed: object) -> Mix:
        return replace(self, **changed)  # type: ignore[arg-type]  # the fields of Mix by name


def asked_in(week: Week, mix: Mix, random: np.random.Generator) -> tuple[list[Asked], NDArray[np.float32]]:
    """The questions of a week with their vectors."""
    questions: list[Asked] = []
    vectors: list[NDArray[np.float64]] = []
    names, shares = list(mix.languages), list(mix.languages.values())
    for number in range(mix.conversations):
        language = str(random.choice(names, p=np.array(shares) / sum(shares)))
        topic = int(random.choice(len(mix.topics), p=np.array(mix.topics) / sum(mix.topics)))
        luck = random.normal(0, 0.03)  # one customer is understood better than another
        for _ in range(int(random.integers(1, 4))):
            draw = random.random()
            action: Action = "abstain" if draw < mix.abstentions else "answer"
            escalated = draw > 1 - mix.escalations
            questions.append(
                Asked(
                    conversation=f"{number} {week}",
                    week=week,
                    text=f"question on topic {topic}",
                    language=language,
                    action="escalate" if escalated else action,
                    escalated=escalated,
                    evidence=float(np.clip(random.normal(mix.evidence, 0.15) + luck, 0, 1)),
                    support=float(np.clip(random.normal(mix.support, 0.1), 0, 1)) if action == "answer" else None,
                    documents=(f"Document {topic}",) if action == "answer" else (),
                    is_open=True,
                )
            )
            vectors.append(_CENTRES[topic] + random.normal(0, 1.2, DIMENSION))
    found = np.array(vectors, dtype=np.float32)
    return questions, found / np.linalg.norm(found, axis=1, keepdims=True)


def asked_over(mix: Mix, now: Mix, seed: int, weeks: int = 8) -> tuple[list[Asked], NDArray[np.float32]]:
    """Weeks of one mix, and then one of another."""
    random = np.random.default_rng(seed)
    made = [asked_in(WEEK.before(each), now if each == 0 else mix, random) for each in range(weeks, -1, -1)]
    return [each for questions, _ in made for each in questions], np.concatenate([vectors for _, vectors in made])


def store_question(
    sessions: Sessions,
    text: str,
    at: datetime,
    *,
    language: str = "en",
    action: Action = "answer",
    evidence: float = 0.8,
    title: str = "Returns",
    audience: str = "all",
    kind: str = "chat",
) -> str:
    """A question and its finished answer as the database has them, sealed; returns the conversation's id."""
    id = uuid.uuid4().hex
    answer = answer_of(language, action, evidence, title, audience)
    common = {"conversation_id": id, "status": "finished", "created_at": at, "updated_at": at}
    with sessions.write() as session:
        session.add(ConversationRow(id=id, kind=kind, title="", language=language, created_at=at, updated_at=at))
        session.flush()
        session.add(MessageRow(role="user", text=text, **common))
        session.flush()
        session.add(MessageRow(role="assistant", text="So.", answer_json=answer.model_dump_json(), **common))
    return id


def answer_of(
    language: str = "en",
    action: Action = "answer",
    evidence: float = 0.8,
    title: str = "Returns",
    audience: str = "all",
) -> Answer:
    """An answer that cites one document, or none."""
    citation = Citation(
        n=1, document=title, title=title, version=1, page=None, language="en", quote="", start=0, end=0,
        uri=f"file:///{title}", audience=audience,
    )  # fmt: skip
    return Answer(
        action=action,
        language=language,
        answer="So.",
        confidence=evidence,
        sentences=(Sentence(text="So.", supported=True, score=0.9, citations=(1,)),) if action == "answer" else (),
        citations=(citation,) if action == "answer" else (),
    )


def in_week(week: Week, number: int) -> datetime:
    """A moment of a week, another for each number."""
    return week.begin + timedelta(minutes=7 * number)
