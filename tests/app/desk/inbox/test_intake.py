"""Tickets are taken in once, keep what agents said of them, and leave no personal data in the open."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from app.conversations.sessions import Sessions
from app.conversations.store import ConversationStore
from app.conversations.tables import ConversationRow
from app.desk.inbox.intake import TicketIntake
from app.desk.inbox.store import TicketStore
from app.desk.inbox.tables import TicketMessageRow, TicketRow
from ingest.sources.tickets import Message
from tests.app.desk.inbox.conftest import Take, made

NOTE = Message(author="agent", at="2026-03-01T12:00:00Z", text="Two left.", internal=True, attachments=("a.png",))


def test_a_ticket_that_comes_again_is_updated_where_it_changed_and_never_doubled(any_sessions: Sessions) -> None:
    store, intake = TicketStore(any_sessions), TicketIntake(any_sessions, "zendesk")
    first = made(queue="Shipping")
    assert intake.take(first, "en").outcome == "new"
    assert intake.take(first, "en").outcome == "unchanged"
    again = made("T-1", "Where is my parcel?", "On its way.", queue="Payments", status="pending")
    taken = intake.take(again, "en")
    assert taken.outcome == "updated"
    (ticket,) = store.list().tickets
    assert (ticket.number, ticket.label("queue"), ticket.status) == ("T-1", "Payments", "waiting")
    assert [each.text for each in store.messages(taken.conversation_id)] == ["Where is my parcel?", "On its way."]
    assert TicketIntake(any_sessions, "jira").take(first, "en").outcome == "new"  # another help desk's T-1
    assert store.list().count == 2


def test_the_ticket_comes_out_as_it_went_in(store: TicketStore, take: Take) -> None:
    ticket = made(
        "T-1", "寄到哪里了？", "很快。", tags=("vip",), channel="chat", organization="Müller GmbH", type="question"
    )
    ticket = ticket.model_copy(update={"messages": (*ticket.messages, NOTE)})
    out = store.ticket(take(ticket, "zh"))
    assert out.messages == ticket.messages
    same = {"id", "customer_id", "subject", "tags", "channel", "organization", "type"}
    assert out.model_dump(include=same) == ticket.model_dump(include=same)
    assert (out.language, out.status) == ("zh", "open")


def test_what_an_agent_set_outlives_an_import_and_what_the_help_desk_set_does_not(
    store: TicketStore, take: Take
) -> None:
    at = take(made(queue="Shipping", priority="low"))
    store.correct(at, "queue", "Payments", "Ana")
    take(made(queue="Technical", priority="high"))
    ticket = store.get(at)
    assert (ticket.label("queue"), ticket.labels["queue"].by) == ("Payments", "agent")
    assert (ticket.label("priority"), ticket.labels["priority"].by) == ("high", "help desk")
    (kept,) = store.corrections(at)
    assert (kept.field, kept.before, kept.after, kept.by) == ("queue", "Shipping", "Payments", "Ana")


def test_a_ticket_closed_here_stays_closed_until_the_customer_writes_again(store: TicketStore, take: Take) -> None:
    at = take(made(status="open"))
    store.set_status(at, "closed", "Ana")
    take(made(status="open", priority="high"))
    assert store.get(at).status == "closed"
    ticket = made(status="open", priority="high")
    again = Message(author="customer", at="2026-03-05T09:00:00Z", text="Still nothing!")
    take(ticket.model_copy(update={"messages": (*ticket.messages, again)}))
    assert store.get(at).status == "open"
    take(made(status="solved"))
    assert store.get(at).status == "closed"


def test_what_was_written_here_is_not_doubled_when_the_help_desk_has_it_too(store: TicketStore, take: Take) -> None:
    at = take(made())
    store.add_message(at, "It arrives  tomorrow.", "Ana Lima")
    store.add_message(at, "Ask the courier.", "Ana Lima", internal=True)
    take(made("T-1", "Where is my parcel?", "It arrives tomorrow."))
    texts = [(each.text, each.is_ours) for each in store.messages(at)]
    assert texts == [("Where is my parcel?", False), ("It arrives tomorrow.", False), ("Ask the courier.", True)]


def test_how_long_a_customer_waits_counts_from_what_nobody_answered(store: TicketStore, take: Take) -> None:
    at = take(made())
    nine = datetime(2026, 3, 1, 9, tzinfo=UTC)
    ticket = store.get(at)
    assert (ticket.received_at, ticket.waiting_since, ticket.first_answered_at) == (nine, nine, None)
    answered = made("T-1", "Where is my parcel?", "On its way.")
    take(answered)
    ticket = store.get(at)
    assert (ticket.waiting_since, ticket.first_answered_at) == (None, nine.replace(hour=10))
    asks = [Message(author="customer", at=f"2026-03-0{day}T09:00:00Z", text="Well?") for day in (2, 3)]
    take(answered.model_copy(update={"messages": (*answered.messages, *asks)}))
    ticket = store.get(at)
    assert (ticket.waiting_since, ticket.last_customer_at) == (nine.replace(day=2), nine.replace(day=3))
    take(answered.model_copy(update={"messages": (*answered.messages, *asks, NOTE)}))
    assert store.get(at).waiting_since == nine.replace(day=2)  # a note among agents answers nobody


def test_names_numbers_and_addresses_lie_in_the_vault_alone(
    sessions: Sessions, store: TicketStore, take: Take, tmp_path: Path
) -> None:
    secret = "Mail me at karla.weiss@example.org or 0171 2345678. Card 4111 1111 1111 1111. Regards, Karla Weiss"
    reply = "Dear Ms Weiss, we wrote to karla.weiss@example.org."
    at = take(made("T-1", secret, reply, subject="For karla.weiss@example.org"))
    assert store.get(at).subject == "For karla.weiss@example.org"
    with sessions.read() as session:
        connection = session.connection()
        rows = [
            str(row)
            for table in (TicketRow, TicketMessageRow, ConversationRow)
            for row in connection.execute(select(table.__table__))
        ]
    for said in ("karla.weiss", "0171", "4111", "Ana Lima"):
        assert not any(said in row for row in rows), said
    assert store.messages(at)[0].text == secret
    assert store.messages(at)[1].name == "Ana Lima"


def test_a_ticket_is_no_conversation_of_the_chat_and_goes_with_its_own(tmp_path: Path) -> None:
    conversations = ConversationStore(f"sqlite:///{tmp_path / 'c.db'}")
    store = TicketStore(conversations.sessions)
    at = TicketIntake(conversations.sessions, "zendesk").take(made(), "en").conversation_id
    chat = conversations.create("Hello").id
    assert [each.id for each in conversations.list()] == [chat]
    assert store.is_ticket(at) and not store.is_ticket(chat)
    conversations.delete(at)
    assert store.list().count == 0
    conversations.close()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Solved", "closed"), ("erledigt", "closed"), ("解決済み", "closed"), ("On-Hold", "waiting"),
        ("pendiente", "waiting"), ("new", "open"), ("In Progress", "open"), ("", "open"),
    ],
)  # fmt: skip
def test_the_states_of_help_desks_are_three_here(store: TicketStore, take: Take, said: str, status: str) -> None:
    assert store.get(take(made(status=said))).status == status
