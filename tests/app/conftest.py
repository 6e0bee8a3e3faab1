"""A small knowledge base in four languages, and assistants on it that are open in an instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from app.answers import Answer, Event, Finished, Question
from app.assistant import Assistant, build_assistant
from app.settings import Settings
from ingest.knowledge import Knowledge, open_knowledge
from ingest.settings import IngestSettings
from tests.app.scripting import Script, says
from tests.conftest import made_by_one_worker, with_models
from tests.support.command import Command, command_with
from tests.support.databases import any_sessions, any_url, sessions
from tests.support.hashed_embedder import hashed
from tests.support.ollama import Fault, Reply
from tests.support.ollama.asking import MODEL, Scripted

__all__ = ["any_sessions", "any_url", "sessions"]
DOCUMENTS = Path(__file__).with_name("documents")
TODAY = date(2026, 11, 21)

AssistantMaker = Callable[..., Assistant]
Ask = Callable[..., Answer]

RETURNS = "How many days does a customer have to send an article back?"
SHIPPING = "Was kostet der Versand in die Schweiz?"
WARRANTY = "Lumo R2の保証期間はどのくらいですか？"
PICKUP = "Combien de temps le colis reste-t-il en magasin ?"


@pytest.fixture(scope="session")
def small_home(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with ``tests/app/documents`` in it; read it, never write it."""
    from ingest.runs import run_ingest

    def make(home: Path) -> None:
        with_models(home, models_folder)
        summary, _ = run_ingest(IngestSettings(home=home), [DOCUMENTS, DOCUMENTS / "tickets.jsonl"])
        # the tickets as a file of the folder, and an order to the assistant in one of them
        assert sorted(finding.code for finding in summary.findings) == ["instruction", "unsupported"]

    return made_by_one_worker(tmp_path_factory, "small-home", make)


@pytest.fixture(scope="session")
def small_knowledge(small_home: Path) -> Iterator[Knowledge]:
    """That knowledge base, open."""
    with open_knowledge(IngestSettings(home=small_home)) as knowledge:
        yield knowledge


@pytest.fixture
def small_assistant(small_knowledge: Knowledge, small_home: Path) -> AssistantMaker:
    """Makes an assistant on the small knowledge base; it takes settings by their names."""

    def make(**overrides: object) -> Assistant:
        return build_assistant(small_knowledge, Settings(home=small_home).model_copy(update=overrides))

    return make


def events_of(assistant: Assistant, text: str, **more: object) -> list[Event]:
    """All the events of one question, asked on a fixed day."""
    return list(assistant.ask(Question.model_validate({"text": text, "as_of": TODAY, **more})))


def answer_of(assistant: Assistant, text: str, **more: object) -> Answer:
    """The answer to one question."""
    last = events_of(assistant, text, **more)[-1]
    assert isinstance(last, Finished)
    return last.answer


def shown(answer: Answer) -> list[str]:
    """The sentences that passed the gate."""
    return [sentence.text for sentence in answer.sentences if sentence.supported]


@pytest.fixture
def assistant(ollama_scripted: Scripted, small_assistant: AssistantMaker) -> Assistant:
    """An assistant whose model says what is enqueued."""
    return small_assistant(ollama_url=ollama_scripted.url, model=MODEL)


@pytest.fixture
def answer(assistant: Assistant, ollama_scripted: Scripted) -> Ask:
    """The answer that comes of one question and what the model says to it."""

    def ask(question: str, *replies: str | Script | Reply | Fault, **more: object) -> Answer:
        ollama_scripted.backend.enqueue(*(says(reply) if isinstance(reply, str) else reply for reply in replies))
        return answer_of(assistant, question, **more)

    return ask


@pytest.fixture
def polydesk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command that embeds nothing in this process; returns its exit status and what it printed."""
    return command_with(hashed(), (), monkeypatch, capsys)
