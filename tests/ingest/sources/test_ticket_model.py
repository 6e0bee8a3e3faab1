"""What a ticket may say of itself in the plain JSON-lines form."""

from __future__ import annotations

import json
from typing import Any

from ingest.sources.tickets import Ticket, read_ticket, ticket_document


def read(**fields: Any) -> Ticket:
    return read_ticket(json.dumps({"id": 1, "customer_id": "C-1", **fields}).encode())


def test_state_labels_and_times_are_told_with_the_document() -> None:
    labels = {"status": "open", "priority": 3, "queue": "Returns", "channel": "chat", "tags": ["a", 2, None, {}]}
    document = ticket_document(read(messages=[{"text": "Hello."}], created_at="2026-01-01T00:00:00Z", **labels))
    assert document.metadata == {
        "status": "open",
        "priority": "3",
        "queue": "Returns",
        "channel": "chat",
        "created_at": "2026-01-01T00:00:00Z",
        "tags": "a, 2",
    }


def test_a_note_among_agents_says_so_and_attached_files_are_named() -> None:
    files = ["a.pdf", {"name": "b.png"}, {"file_name": "c.txt"}, {"size": 3}]
    message = {"author": "agent", "name": "Ana", "at": "2026-01-01", "text": "Ask Jo.", "internal": True}
    document = ticket_document(read(messages=[message | {"attachments": files}]))
    assert document.text == "agent Ana (internal) 2026-01-01\nAsk Jo.\n[attachment: a.pdf, b.png, c.txt]"
    assert "".join(unit.text for unit in document.sections[0].units).endswith("[attachment: a.pdf, b.png, c.txt]")


def test_fields_of_these_names_in_another_form_are_left_alone() -> None:
    message = {"text": "Hello.", "internal": "maybe", "attachments": 3, "name": ["x"]}
    ticket = read(messages=[message], status={"id": 1}, tags="one", queue=True, type=None)
    assert (ticket.status, ticket.tags, ticket.queue, ticket.type) == ("", (), "", "")
    assert ticket_document(ticket).text == "customer\nHello."


def test_a_time_in_another_form_is_shown_whole() -> None:
    document = ticket_document(read(messages=[{"text": "Hello.", "at": "6/21/2025 16:14"}]))
    assert document.text == "customer 6/21/2025 16:14\nHello."
