"""A knowledge base in which documents changed, went and came, with past answers that cite what they said."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.answers import Answer, Citation, Sentence
from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from app.desk.changes.desk import ChangeDesk, open_change_desk
from app.settings import Settings
from ingest.embedding.centring import CentredEmbedder
from ingest.runs import run_ingest
from ingest.settings import IngestSettings
from tests.conftest import made_by_one_worker, with_models
from tests.support.stack.copying import copy_on_servers

BEFORE = {
    "returns.md": """---
author: Ana Lima
---
# Returns in Germany
Customers may return an item within 14 days of delivery.
The return label costs EUR 4.90.
Gloves are sold in pairs.
""",
    "fees.md": "---\naudience: manager\n---\n# Fees\nThe fee is EUR 5.\n",
    "pay.md": "# Pay\nCustomers pay by invoice.\n",
    "form.md": "# Form\n- Der Versand kostet 1.000,00 €.\n- Er dauert zehn Tage.\n",
    "gone.md": "# Gift cards\nGift cards are valid for three years.\n",
    "later.md": "# Later\nYou must state your order number.\n",
}
AFTER = {
    "returns.md": BEFORE["returns.md"].replace("14 days", "30 days"),
    "fees.md": BEFORE["fees.md"].replace("EUR 5", "EUR 6"),
    "pay.md": "---\naudience: manager\n---\n# Pay\nCustomers pay by card.\n",
    "form.md": "## Form\n\n1. Der Versand kostet 1,000.00 EUR.\n2. Er dauert 10 Tage.\n",
    "later.md": "---\neffective_from: 2100-01-01\n---\n# Later\nYou should state your order number.\n",
    "came.md": "# Pick-up\nParcels wait for 7 days.\n",
}


@pytest.fixture(scope="session")
def changed_home(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the documents were ingested before and after; read it, never write it."""

    def make(home: Path) -> None:
        with_models(home, models_folder)
        folder = home / "documents"
        for documents in (BEFORE, AFTER):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for name, text in documents.items():
                (folder / name).write_text(text, encoding="utf-8")
            run_ingest(IngestSettings(home=home), [folder])

    return made_by_one_worker(tmp_path_factory, "changed-home", make)


@pytest.fixture
def home(changed_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, with that ledger."""
    home = copied_home(changed_home, tmp_path)
    monkeypatch.setenv("POLYDESK_HOME", str(home))
    return home


def copied_home(changed_home: Path, folder: Path) -> Path:
    """A home in ``folder`` with the same ledger and the same models."""
    home = folder / "home"
    home.mkdir()
    (home / "models").symlink_to(changed_home / "models")
    if (changed_home / "ledger.db").exists():
        shutil.copy(changed_home / "ledger.db", home)
    copy_on_servers(changed_home, home, conversations=False, vectors=False)
    return home


@pytest.fixture
def conversations(home: Path) -> Iterator[ConversationStore]:
    opened = ConversationStore(default_url(home))
    yield opened
    opened.close()


@pytest.fixture
def desk(home: Path, conversations: ConversationStore, embedder: CentredEmbedder) -> ChangeDesk:
    return open_change_desk(Settings(home=home), conversations.sessions, lambda: embedder)


@dataclass(frozen=True)
class Past:
    """What an answer of the past said, and the words it rests on."""

    sentence: str
    quote: str
    document: str = "returns.md"
    version: int = 1
    language: str = "en"


Answered = Callable[..., int]


@pytest.fixture
def answered(conversations: ConversationStore) -> Answered:
    """Keeps an answer to a question; its message's id."""

    def answer(question: str, *past: Past) -> int:
        message = conversations.start_answer(conversations.create(question).id, question)
        conversations.finish_answer(message, "finished", answer_from(*past))
        return message

    return answer


def answer_from(*past: Past) -> Answer:
    """An answer, each of whose sentences rests on one quotation."""
    text = BEFORE["returns.md"].partition("---\n# Returns in Germany")[2]
    body = f"Returns in Germany\n\n{' '.join(text.split())}"
    citations, sentences = [], []
    for n, each in enumerate(past, 1):
        start = max(body.find(each.quote), 0)
        citations.append(
            Citation(
                n=n,
                document=each.document,
                title="Returns",
                version=each.version,
                page=None,
                language="en",
                quote=each.quote,
                start=start,
                end=start + len(each.quote),
                uri=each.document,
            )
        )
        sentences.append(Sentence(text=each.sentence, supported=True, score=0.9, citations=(n,)))
    said = " ".join(each.text for each in sentences)
    return Answer(
        action="answer", language=past[0].language, answer=said, sentences=tuple(sentences), citations=tuple(citations)
    )
