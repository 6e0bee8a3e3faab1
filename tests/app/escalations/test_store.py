"""The queue: in order, each case once, and every step with who and when, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.answers import Question
from app.conversations.errors import ConversationUserError
from app.conversations.store import ConversationStore
from app.escalations.packet import Packet, packet_of
from app.escalations.store import EscalationStore
from guardrails.escalation.deciding import Decision
from guardrails.escalation.policy import Priority
from tests.app.escalations.conftest import ANSWER


@pytest.fixture
def opened(any_url: str) -> Iterator[ConversationStore]:
    store = ConversationStore(any_url)
    yield store
    store.close()


def packet(cause: str = "legal", team: str = "Legal", priority: Priority = "high") -> Packet:
    decision = Decision(cause, team, priority, "legal", True)
    return packet_of(decision, Question(text="متى؟"), ANSWER, (), "not searched")


def test_a_case_goes_its_way_from_open_to_closed_and_is_there_after_a_restart(
    opened: ConversationStore, any_url: str
) -> None:
    queue, conversation = EscalationStore(opened.sessions), opened.create().id
    case = queue.add(conversation, packet())
    assert (case.state, case.packet, queue.open_count()) == ("open", packet(), 1)
    acknowledged = queue.acknowledge(case.id, "  Ana  Lima ")
    assert (acknowledged.state, acknowledged.acknowledged_by, queue.open_count()) == ("acknowledged", "Ana Lima", 0)
    closed = queue.close(case.id, "Bo", " Called back. ")
    assert (closed.state, closed.closed_by, closed.remark) == ("closed", "Bo", "Called back.")
    assert closed.acknowledged_at and closed.closed_at
    assert case.created_at <= closed.acknowledged_at <= closed.closed_at

    again = ConversationStore(any_url)
    assert EscalationStore(again.sessions).get(case.id) == closed
    again.close()


def test_a_step_back_or_twice_is_refused_with_who_was_first(opened: ConversationStore) -> None:
    queue = EscalationStore(opened.sessions)
    case = queue.add(opened.create().id, packet())
    queue.acknowledge(case.id, "Ana")
    with pytest.raises(ConversationUserError, match="is acknowledged already, by Ana"):
        queue.acknowledge(case.id, "Bo")
    queue.close(case.id, "Ana")
    with pytest.raises(ConversationUserError, match="is closed already, by Ana"):
        queue.close(case.id, "Bo")
    with pytest.raises(ConversationUserError, match="say who you are"):
        queue.close(case.id, "  ")
    with pytest.raises(ConversationUserError, match="no escalation 999"):
        queue.acknowledge(999, "Bo")


def test_of_two_that_acknowledge_at_once_one_is_told_that_the_other_was_first(opened: ConversationStore) -> None:
    queue = EscalationStore(opened.sessions)
    case = queue.add(opened.create().id, packet())

    def take(name: str) -> bool:
        try:
            queue.acknowledge(case.id, name)
        except ConversationUserError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take, "abcd")) == 1


def test_a_conversation_has_one_case_for_a_cause_also_when_two_come_at_once(opened: ConversationStore) -> None:
    queue, conversation = EscalationStore(opened.sessions), opened.create().id
    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(lambda _: queue.add(conversation, packet()).id, range(8)))
    assert len(numbers) == 1
    queue.add(conversation, packet("press", "Press office"))
    queue.add(opened.create().id, packet())
    assert queue.of_conversation(conversation).keys() == {"legal", "press"}
    assert len(queue.list()) == 3


def test_the_most_pressing_come_first_then_the_oldest_and_the_list_can_be_narrowed(opened: ConversationStore) -> None:
    queue = EscalationStore(opened.sessions)
    priorities: list[Priority] = ["low", "high", "urgent", "normal", "high"]
    cases = [
        queue.add(opened.create().id, packet(team=f"Team {number % 2}", priority=priority))
        for number, priority in enumerate(priorities)
    ]
    assert [case.id for case in queue.list()] == [cases[at].id for at in (2, 1, 4, 3, 0)]
    assert [case.id for case in queue.list(team="Team 0", priority="high")] == [cases[4].id]
    queue.close(cases[2].id, "Ana")
    assert cases[2].id not in [case.id for case in queue.list(["open", "acknowledged"])]
    assert [case.id for case in queue.list(["closed"])] == [cases[2].id]
    assert queue.teams() == ["Team 0", "Team 1"]


def test_a_conversation_with_a_case_that_is_not_closed_cannot_be_deleted(opened: ConversationStore) -> None:
    queue, conversation = EscalationStore(opened.sessions), opened.create().id
    case = queue.add(conversation, packet())
    with pytest.raises(ConversationUserError, match=f"close escalation {case.id} first"):
        opened.delete(conversation)
    queue.close(case.id, "Ana")
    opened.delete(conversation)
    assert queue.list() == []
