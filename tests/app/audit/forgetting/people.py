"""Customers in several languages who wrote to the desk, and a home that holds all that there is about them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from app.audit.opening import open_trail
from app.conversations.database import default_url
from app.conversations.sessions import open_sessions
from app.conversations.store import ConversationStore
from app.desk.inbox.intake import TicketIntake
from app.settings import Settings
from ingest.runs import run_ingest
from ingest.settings import IngestSettings
from ingest.sources.tickets import read_ticket
from tests.support.stack.copying import copy_on_servers


@dataclass(frozen=True)
class Customer:
    """Somebody with a name, an address, a mail, a card and an order."""

    id: str
    name: str
    language: str
    street: str
    mail: str
    card: str
    order: str
    words: str  # with {name}, {street}, {mail}, {card}, {order}

    @property
    def values(self) -> tuple[str, ...]:
        return self.id, self.name, self.street, self.mail, self.card, self.card.replace(" ", ""), self.order

    @property
    def text(self) -> str:
        return self.words.format(name=self.name, street=self.street, mail=self.mail, card=self.card, order=self.order)


PEOPLE = (
    Customer("C-70001", "Wolfgang Zimmermann", "de", "Lindenstraße 48, 10969 Berlin", "w.zimmermann@posteo.example",
             "4929 1234 5678 9011", "DE-48120077",
             "Guten Tag, mein Name ist {name}, {street}. Die Lampe aus Bestellung {order} flackert. "
             "Ich habe mit der Karte {card} bezahlt, schreiben Sie an {mail}."),
    Customer("C-70002", "Agnieszka Kowalczyk", "pl", "ul. Długa 12, 00-238 Warszawa", "a.kowalczyk@poczta.example",
             "5425 2334 3010 9903", "PL-77120045",
             "Dzień dobry, nazywam się {name}, {street}. Zamówienie {order} nie dotarło. "
             "Karta {card}, mail {mail}."),
    Customer("C-70003", "Margaret Thornbury", "en", "221 Baker Street, London NW1 6XE", "m.thornbury@mail.example",
             "4556 7375 8689 9855", "GB-90111222",
             "Hello, my name is {name} and I live at {street}. The kettle of order {order} leaks. "
             "I paid with card {card}; please write to {mail}."),
    Customer("C-70004", "田中裕子", "ja", "東京都千代田区丸の内1-1-1", "y.tanaka@mail.example",
             "3530 1113 3330 0000", "JP-55667788",
             "お世話になります。{name}と申します。住所は{street}です。注文{order}の製品が届きません。"
             "カードは{card}、メールは{mail}です。"),
    Customer("C-70005", "Fatima Al-Rashid", "en", "17 Harbour Road, Cork T12 X7PR", "f.alrashid@mail.example",
             "4024 0071 0902 2143", "IE-31415926",
             "Hi, this is {name}, {street}. I would like to send back order {order}. Card {card}, mail {mail}."),
)  # fmt: skip


# What another test may just be writing, and what belongs to a running server.
_OF_OTHERS = shutil.ignore_patterns("users", "server.json", "*.lock", "conversations.db*", "audit.key")


def made_home(small_home: Path, home: Path) -> Settings:
    """A home with policies, and with everybody's tickets among the documents, in the inbox, and in chats."""
    shutil.copytree(small_home, home, symlinks=True, ignore=_OF_OTHERS)
    copy_on_servers(small_home, home, conversations=False)
    source = home.parent / "tickets.jsonl"
    source.write_text("\n".join(line_of(each) for each in PEOPLE), encoding="utf-8")
    run_ingest(IngestSettings(home=home), [source])
    settings = Settings(home=home)
    with open_sessions(settings) as sessions:
        intake = TicketIntake(sessions, "lines")
        for each in PEOPLE:
            intake.take(read_ticket(line_of(each).encode()), each.language)
    store = ConversationStore(default_url(home), trail=open_trail(settings))
    for each in PEOPLE:
        conversation = store.create().id
        answer = store.start_answer(conversation, f"What did {each.name} ({each.mail}) pay for {each.order}?")
        store.finish_answer(answer, "failed", error=f"nothing is known of {each.mail}")
    store.close()
    return settings


def line_of(each: Customer) -> str:
    messages = [
        {"author": "customer", "name": each.name, "at": "2026-03-01T09:00:00Z", "text": each.text},
        {"author": "agent", "name": "Ana Lima", "at": "2026-03-01T10:00:00Z", "text": f"Thank you, {each.name}."},
    ]
    ticket = {
        "id": f"T-{each.id}",
        "customer_id": each.id,
        "subject": f"{each.order}",
        "language": each.language,
        "status": "closed",
        "created_at": "2026-03-01T09:00:00Z",
        "messages": messages,
    }
    return json.dumps(ticket, ensure_ascii=False)


def places_of(home: Path, people: Sequence[Customer]) -> list[tuple[str, str]]:
    """Each value of theirs with the file that it stands in, in whatever way it is written; our own search."""
    found: list[tuple[str, str]] = []
    for path in sorted(home.rglob("*")):
        if not path.is_file() or "models" in path.relative_to(home).parts:
            continue
        content = path.read_bytes()
        for person in people:
            for value in person.values:
                forms = (value.encode(), value.encode("utf-16-le"), json.dumps(value)[1:-1].encode())
                if any(form in content for form in (*forms, quote(value).encode(), value.casefold().encode())):
                    found.append((path.relative_to(home).as_posix(), value))
    return found
