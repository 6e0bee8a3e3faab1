"""Drafts are kept by conversation, sealed, with what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.conversations.database import default_url
from app.conversations.errors import ConversationUserError
from app.conversations.store import ConversationStore
from app.desk.drafts.draft import Draft
from app.desk.drafts.store import DraftStore
from tests.app.desk.drafts.playing import RETURNS, citation, draft_of, quoted, ticket
from tests.support.rows import rows_of


@pytest.fixture
def conversations(tmp_path: Path) -> Iterator[ConversationStore]:
    store = ConversationStore(default_url(tmp_path))
    yield store
    store.close()


@pytest.fixture
def drafts(conversations: ConversationStore) -> DraftStore:
    return DraftStore(conversations.sessions)


def draft(name: str = "Katrin Oberländer", document: str = "returns.md") -> Draft:
    asked = ticket("Can I return it? Mail me: katrin@example.com", name=name)
    return draft_of(asked, {"return": quoted(citation(RETURNS, document=document))})


def test_a_draft_comes_back_as_it_was(conversations: ConversationStore, drafts: DraftStore) -> None:
    conversation, made = conversations.create("T-7").id, draft()
    kept = drafts.add(conversation, made)
    assert drafts.get(kept.id) == drafts.latest(conversation) == kept
    assert (kept.version, kept.state, kept.draft, kept.text) == (1, "draft", made, made.to_edit)


def test_nothing_personal_stands_in_the_database_but_in_the_vault(
    conversations: ConversationStore, drafts: DraftStore, tmp_path: Path
) -> None:
    kept = drafts.add(conversations.create("T-7").id, draft())
    drafts.send(kept.id, kept.text + "\nYours, katrin@example.com", "Ana")
    rows = rows_of(default_url(tmp_path), "select text, result_json, sent_text, difference_json from drafts")
    written = "\n".join(map(str, rows))
    assert "Oberländer" not in written and "katrin@" not in written and RETURNS in written
    sent = drafts.get(kept.id)
    assert sent.sent_text is not None and sent.sent_text.endswith("katrin@example.com")


def test_the_next_version_takes_the_place_of_the_open_one(conversations: ConversationStore, drafts: DraftStore) -> None:
    conversation = conversations.create("T-7").id
    first, second = drafts.add(conversation, draft()), drafts.add(conversation, draft())
    assert (drafts.get(first.id).state, second.version) == ("discarded", 2)
    with pytest.raises(ConversationUserError, match="sent or replaced already"):
        drafts.send(first.id, "Hello", "Ana")


def test_what_was_sent_is_kept_with_its_difference_and_stays(
    conversations: ConversationStore, drafts: DraftStore
) -> None:
    conversation = conversations.create("T-7").id
    kept = drafts.add(conversation, draft())
    before = datetime.now(UTC) - timedelta(seconds=1)
    sent = drafts.send(kept.id, kept.text.replace("30 days", "thirty days"), " Ana  Lima ")
    assert (sent.state, sent.by) == ("sent", "Ana Lima")
    assert sent.difference is not None and len(sent.difference.changed) == 1
    assert drafts.latest(conversation) == sent
    assert drafts.sent_since(before) == [sent] and drafts.sent_since(datetime.now(UTC) + timedelta(seconds=1)) == []
    again = drafts.add(conversation, draft())
    assert (drafts.get(sent.id).state, again.version) == ("sent", 2)


def test_open_drafts_are_found_by_a_document_they_cite(conversations: ConversationStore, drafts: DraftStore) -> None:
    one = drafts.add(conversations.create("1").id, draft())
    drafts.add(conversations.create("2").id, draft(document="shipping.md"))
    three = drafts.add(conversations.create("3").id, draft())
    assert [each.id for each in drafts.open_drafts("returns.md")] == [one.id, three.id]
    drafts.discard(one.id, "Ana")
    drafts.send(three.id, "Hello", "Ana")
    assert drafts.open_drafts("returns.md") == []


def test_drafts_go_with_their_conversation(
    conversations: ConversationStore, drafts: DraftStore, tmp_path: Path
) -> None:
    conversation = conversations.create("T-7").id
    kept = drafts.add(conversation, draft())
    conversations.delete(conversation)
    with pytest.raises(ConversationUserError, match="no draft"):
        drafts.get(kept.id)
    assert rows_of(default_url(tmp_path), "select count(*) from draft_documents") == [(0,)]
    with pytest.raises(ConversationUserError, match="no conversation"):
        drafts.add(conversation, draft())
