"""The inbox is filtered and sorted alike on both databases, and people have the last word on a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from app.conversations.errors import ConversationUserError
from app.conversations.sessions import Sessions
from app.desk.inbox.intake import TicketIntake
from app.desk.inbox.records import Label, Order, TicketFilter
from app.desk.inbox.store import TicketStore
from app.desk.inbox.tables import TicketRow
from tests.app.desk.inbox.conftest import Take, made

GUESS = Label("Shipping", "triage", 0.72, True, ("parcel", "courier"))


@pytest.fixture
def filled(any_sessions: Sessions) -> TicketStore:
    """T-1 waits since the 1st, T-2 since the 3rd and is urgent, T-3 is answered, T-4 is closed and in German."""
    intake = TicketIntake(any_sessions, "zendesk")

    def day(number: int) -> dict[str, Any]:
        at = f"2026-03-0{number}T09:00:00Z"
        return {"created_at": at, "messages": [{"author": "customer", "at": at, "text": "Well?"}]}

    intake.take(made("T-1", queue="Shipping", priority="Low", **day(1)), "en")
    intake.take(made("T-2", queue="Payments", priority="dringend", sentiment="negative", **day(3)), "de")
    intake.take(
        made("T-3", "Well?", "Yes.", queue="Shipping", customer_id="C-2", created_at="2026-02-28T09:00:00Z"), "en"
    )
    intake.take(made("T-4", queue="Payments", status="closed", **day(2)), "de")
    return TicketStore(any_sessions)


@pytest.mark.parametrize(
    ("wanted", "order", "numbers"),
    [
        (TicketFilter(), "waiting", ["T-1", "T-2", "T-4", "T-3"]),
        (TicketFilter(), "newest", ["T-2", "T-4", "T-1", "T-3"]),
        (TicketFilter(statuses=("open",)), "priority", ["T-2", "T-3", "T-1"]),
        (TicketFilter(queue="Shipping"), "oldest", ["T-3", "T-1"]),
        (TicketFilter(statuses=("open",), language="de"), "oldest", ["T-2"]),
        (TicketFilter(customer_id="C-2"), "oldest", ["T-3"]),
        (TicketFilter(sentiment="negative", priority="dringend"), "oldest", ["T-2"]),
        (TicketFilter(ids=()), "oldest", []),
        (TicketFilter(duplicates=True), "oldest", []),
        (TicketFilter(duplicates=False, queue="Payments"), "oldest", ["T-4", "T-2"]),
    ],
)
def test_filters_and_orders(filled: TicketStore, wanted: TicketFilter, order: Order, numbers: Sequence[str]) -> None:
    page = filled.list(wanted, order)
    assert ([each.number for each in page.tickets], page.count) == (numbers, len(numbers))


def test_pages_are_cut_out_of_the_whole(filled: TicketStore) -> None:
    page = filled.list(TicketFilter(), "waiting", limit=2, first=1)
    assert ([each.number for each in page.tickets], page.count) == (["T-2", "T-4"], 4)
    assert filled.choices().queues == ["Payments", "Shipping"]
    assert filled.choices().languages == ["de", "en"]
    assert filled.open_count() == 3


def test_what_a_search_found_stays_in_its_order(filled: TicketStore) -> None:
    ids = [filled.numbered(number).conversation_id for number in ("T-3", "T-4", "T-1")]
    page = filled.list(TicketFilter(statuses=("open",), ids=ids), "oldest", limit=1, first=1)
    assert ([each.number for each in page.tickets], page.count) == (["T-1"], 2)


def test_a_guess_never_takes_the_place_of_what_a_person_said(store: TicketStore, take: Take) -> None:
    at = take(made(priority="low"))
    guesses = {"queue": GUESS, "priority": Label("urgent", "triage", 0.99)}
    assert store.guess(at, guesses)
    assert not store.guess(at, guesses)  # nothing new
    ticket = store.get(at)
    assert ticket.labels["queue"] == GUESS
    assert (ticket.label("priority"), ticket.labels["priority"].by) == ("low", "help desk")
    store.correct(at, "queue", "Payments", "Ana")
    assert not store.guess(at, {"queue": GUESS})
    assert store.get(at).labels["queue"] == Label("Payments", "agent")


def test_a_guess_that_an_agent_confirms_is_theirs(store: TicketStore, take: Take) -> None:
    at = take(made())
    store.guess(at, {"queue": GUESS})
    store.correct(at, "queue", "Shipping", "Ana")
    store.correct(at, "queue", "Shipping", "Ana")
    assert store.get(at).labels["queue"] == Label("Shipping", "agent")
    assert len(store.corrections(at)) == 1


def test_what_is_no_field_or_no_value_is_said(store: TicketStore, take: Take) -> None:
    at = take(made())
    for field, value in (("customer_id", "x"), ("queue", "  ")):
        with pytest.raises(ConversationUserError, match="give one of queue, type, priority, sentiment a value"):
            store.correct(at, field, value, "Ana")
    with pytest.raises(ConversationUserError, match="nothing to add"):
        store.add_message(at, " \n", "Ana")
    with pytest.raises(ConversationUserError, match="there is no ticket"):
        store.get("nobody")


def test_two_help_desks_may_have_the_same_number(store: TicketStore, take: Take) -> None:
    take(made())
    take(made(), source="jira")
    with pytest.raises(ConversationUserError, match="--source"):
        store.numbered("T-1")
    assert store.numbered("T-1", "jira").source == "jira"


def test_what_an_agent_calls_no_duplicate_is_not_marked_again(
    sessions: Sessions, store: TicketStore, take: Take
) -> None:
    first, second = take(made("T-1")), take(made("T-2"))
    with sessions.write() as session:
        session.get_one(TicketRow, second).duplicate_of = first
    assert [each.number for each in store.duplicates_of(first)] == ["T-2"]
    assert store.get(second).duplicate_number == "T-1"
    store.is_no_duplicate(second, "Ana")
    assert store.get(second).duplicate_of is None
    with sessions.read() as session:
        assert session.get_one(TicketRow, second).duplicate_by == "agent"
