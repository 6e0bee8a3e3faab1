"""Conversations belong to who asked: others read them where their role says so, and change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.accounts.conversations import VisitorConversations
from app.accounts.visitor import LOCAL, RefusedError
from app.conversations.database import default_url
from app.conversations.errors import ConversationUserError
from app.conversations.store import ConversationStore
from tests.app.accounts.people import visitor_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    store = ConversationStore(default_url(tmp_path))
    yield store
    store.close()


def test_an_agent_sees_and_changes_their_own_and_no_others(store: ConversationStore) -> None:
    ana, ben = (VisitorConversations(store, visitor_of("agent", name)) for name in ("ana", "ben"))
    own, other = ana.create("mine"), ben.create("theirs")
    store.create("from before anybody signed in")
    message = store.start_answer(other.id, "How long?")
    store.finish_answer(message, "finished")
    assert [each.id for each in ana.list(10)] == [own.id]
    ana.rename(own.id, "new")
    for forbidden in (
        lambda: ana.get(other.id),
        lambda: ana.messages(other.id),
        lambda: ana.rename(other.id, "x"),
        lambda: ana.delete(other.id),
        lambda: ana.rate(message, "down"),
        lambda: ana.unrate(message),
        lambda: ana.require_own_message(message),
        lambda: ana.require_readable_message(message),
    ):
        with pytest.raises(ConversationUserError, match="there is no conversation"):
            forbidden()
    assert store.get(other.id).title == "theirs" and store.message(message).rating is None
    ben.rate(message, "up")
    ben.delete(other.id)


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_who_reads_all_changes_nothing_of_others(store: ConversationStore, role: str) -> None:
    reader = VisitorConversations(store, visitor_of("auditor" if role == "auditor" else "administrator"))
    others = VisitorConversations(store, visitor_of("agent", "ana")).create("theirs")
    nobodys = store.create("from before anybody signed in")
    assert {each.id for each in reader.list(10)} == {others.id, nobodys.id}
    for conversation in (others, nobodys):
        assert reader.messages(conversation.id) == [] and not reader.may_change(conversation.id)
        with pytest.raises(RefusedError):
            reader.rename(conversation.id, "x")
        with pytest.raises(RefusedError):
            reader.delete(conversation.id)


def test_an_auditor_begins_no_conversation(store: ConversationStore) -> None:
    with pytest.raises(RefusedError):
        VisitorConversations(store, visitor_of("auditor")).create("x")


def test_where_nobody_signs_in_all_conversations_are_everybodys(store: ConversationStore) -> None:
    conversations = VisitorConversations(store, LOCAL)
    before = VisitorConversations(store, visitor_of("agent", "ana")).create("theirs")
    own = conversations.create("mine")
    assert store.get(own.id).owner is None
    assert {each.id for each in conversations.list(10)} == {before.id, own.id}
    conversations.rename(before.id, "renamed")
