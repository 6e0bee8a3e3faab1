"""Tickets of every kind, and the page that shows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.conversations.database import default_url
from app.conversations.sessions import Sessions
from app.desk.inbox.importing import TicketImport
from app.desk.inbox.records import Label
from app.desk.inbox.store import TicketStore
from ingest.sources.tickets import Message, Ticket
from tests.app.ui.pages import served
from tests.support.hashed_embedder import hashed

ARABIC = "أين <b>طلبي</b>؟"
WARRANTY = "كم مدة الضمان؟ اشتريته في 3 مارس 2026."  # how long is it? I bought it on …
GERMAN = "Hallo, die Jacke ist zu klein. Kann ich sie noch zurückgeben? Wie wird das Wetter?"
NOW = datetime.now(UTC)  # what is shown of it is how long ago it was


def ticket(number: int, text: str, hours: int, *more_messages: Message, name: str = "", **more: object) -> Ticket:
    at = (NOW - timedelta(hours=hours)).isoformat(timespec="seconds")
    said = [Message(author="customer", name=name, at=at, text=text)]
    said += [each.model_copy(update={"at": at}) for each in more_messages]
    values = {"id": f"T-{number}", "customer_id": f"C-{number}", "subject": f"Matter {number}", "created_at": at}
    return Ticket.model_validate(values | {"messages": said, "language": "en"} | more)


def open_tickets() -> list[Ticket]:
    note = Message(author="agent", name="Ana Lima", text="Two left.", internal=True)
    return [
        ticket(2, ARABIC, 72, note, subject=ARABIC, language="ar", queue="Shipping", priority="urgent"),
        ticket(3, "My zeppelin leaks.", 50, subject="Zeppelin", queue="Payments", sentiment="negative"),
        ticket(4, "My zeppelin leaks again.", 49, customer_id="C-3", subject="Zeppelin again", queue="Payments"),
    ]


def closed_tickets() -> list[Ticket]:
    """Those of the drafts are closed as well, so that the list of the open ones is always the same."""
    done = Message(author="agent", text="On its way.")
    return [
        ticket(1, "My mower shows E-17.", 300, customer_id="C-2", subject="Mower", status="closed"),
        ticket(11, GERMAN, 400, name="Katrin Oberländer", language="de", status="closed"),
        ticket(
            12,
            WARRANTY,
            401,
            name="منى خليفة",
            language="ar",
            subject="",
            status="closed",
        ),
        ticket(13, "Where is it?", 402, done, status="closed"),
        *(ticket(number, f"About thing {number}", 100 - number, status="closed") for number in range(100, 130)),
    ]


@pytest.fixture(scope="package")
def home(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("tickets")
    (home / "models").symlink_to(models_folder)
    return home


@pytest.fixture(scope="package")
def inbox(home: Path) -> TicketStore:
    sessions = Sessions(default_url(home))
    store = TicketStore(sessions)
    importing = TicketImport(sessions, hashed, lambda _: None, lambda _: lambda _done, _of: None)
    importing.run([*open_tickets(), *closed_tickets()], "zendesk")
    guessed = store.numbered("T-3").conversation_id
    store.guess(guessed, {"type": Label("problem", "triage", 0.62, True, ("leaks",))})
    return store


@pytest.fixture(scope="package")
def server(home: Path, inbox: TicketStore) -> Iterator[str]:
    with served(home) as url:
        yield url
