"""Agents confirm having read a change; who has not is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.conversations.errors import ConversationUserError
from app.conversations.sessions import Sessions
from app.desk.changes.brief import Brief
from app.desk.changes.confirmations import ConfirmationStore

RETURNS = Brief(
    id="7-changed",
    what="changed",
    at=datetime(2026, 11, 1, tzinfo=UTC),
    document="returns.md",
    title="Returns",
    number=2,
    previous=1,
    language="en",
    version_id=7,
    previous_id=3,
    effective_from=None,
    effective_to=None,
    audience="all",
)
SHIPPING = replace(RETURNS, id="8-changed", document="shipping.md", version_id=8)


@pytest.fixture
def confirmations(any_url: str) -> Iterator[ConfirmationStore]:
    sessions = Sessions(any_url)
    yield ConfirmationStore(sessions)
    sessions.close()


def test_who_has_read_a_change_and_who_has_not(confirmations: ConfirmationStore) -> None:
    first = confirmations.confirm(RETURNS, "Ana  Lima ")
    assert confirmations.confirm(RETURNS, "Ana Lima") == first  # once, however often she says so
    confirmations.confirm(SHIPPING, "Bo")
    state = confirmations.state(RETURNS.id)
    assert ([each.by for each in state.read], state.unread) == (["Ana Lima"], ("Bo",))
    assert confirmations.unread([RETURNS, SHIPPING], " Ana Lima") == [SHIPPING]
    assert confirmations.unread([RETURNS, SHIPPING], "") == [RETURNS, SHIPPING]


def test_nobody_confirms_without_a_name(confirmations: ConfirmationStore) -> None:
    with pytest.raises(ConversationUserError, match="say who you are"):
        confirmations.confirm(RETURNS, "  ")
