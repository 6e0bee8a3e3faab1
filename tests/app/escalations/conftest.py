"""A store of conversations on either database, and answers to escalate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.answers import Answer, Citation, Finding, Findings, Question, Sentence
from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from app.escalations.desk import EscalationDesk
from app.escalations.store import EscalationStore
from guardrails.policy import load_policy

PLACE = Citation(
    n=1,
    document="returns.md",
    title="Rückgabe",
    version=3,
    page=None,
    language="de",
    quote="45 Tage",
    start=10,
    end=17,
    uri="returns.md",
)
OTHER = PLACE.model_copy(update={"document": "shipping.md", "title": "Versand", "quote": "6,50 €"})
ANSWER = Answer(
    action="answer",
    language="de",
    answer="45 Tage. [1]",
    sentences=(
        Sentence(text="45 Tage.", supported=True, score=0.9, citations=(1,)),
        Sentence(text="Wir schenken Ihnen 50 €.", supported=False, score=0.1, reasons=("unsupported",)),
    ),
    citations=(PLACE,),
    confidence=0.8,
)
NOTHING = Answer(action="abstain", language="de", answer="Nichts gefunden.", reasons=("no-evidence",), confidence=0.1)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return default_url(tmp_path)


@pytest.fixture
def conversations(url: str) -> Iterator[ConversationStore]:
    opened = ConversationStore(url)
    yield opened
    opened.close()


@pytest.fixture
def escalations(conversations: ConversationStore) -> EscalationStore:
    return EscalationStore(conversations.sessions)


Said = Callable[..., Answer]


@pytest.fixture
def said(conversations: ConversationStore) -> Said:
    """Asks a question in one conversation and gives it an answer; what goes out."""
    conversation = conversations.create().id

    def search(_question: Question) -> Findings:
        return Findings(language="de", hits=(PLACE, OTHER.model_copy(update={"n": 2})))

    desk = EscalationDesk(conversations, lambda: load_policy().escalation, search)

    def say(question: str, answer: Answer, *found: Finding, **more: object) -> Answer:
        message_id = conversations.start_answer(conversation, question)
        told = answer.model_copy(update={"findings": found}) if found else answer
        out = desk.consider(message_id, Question.model_validate({"text": question, **more}), told)
        conversations.finish_answer(message_id, "finished", out)
        return out

    return say
