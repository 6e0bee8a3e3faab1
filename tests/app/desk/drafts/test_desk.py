"""Behind the page: drafts are written outside of it, reviewed again before they go out, and handed over whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from app.desk.drafts.desk import DraftDesk
from app.desk.drafts.draft import Wish
from app.desk.drafts.records import KeptDraft
from app.desk.drafts.store import DraftStore
from app.desk.drafts.style import load_style
from app.errors import AppUserError
from app.escalations.store import EscalationStore
from guardrails.policy import load_policy
from ingest.sources.tickets import Message
from tests.app.desk.drafts.playing import RETURNS, Playing, citation, quoted, ticket

ASKED = ticket("Can I return it? Will it rain?", subject="Jacket", name="Ana Lima")
OpenDesk = Callable[[Playing], DraftDesk]


@pytest.fixture
def conversations(tmp_path: Path) -> Iterator[ConversationStore]:
    store = ConversationStore(default_url(tmp_path))
    yield store
    store.close()


@pytest.fixture
def open_desk(conversations: ConversationStore) -> Iterator[OpenDesk]:
    opened: list[DraftDesk] = []

    def make(assistant: Playing) -> DraftDesk:
        cases = EscalationStore(conversations.sessions)
        store = DraftStore(conversations.sessions)
        opened.append(DraftDesk(assistant, store, cases, load_style, lambda: load_policy().escalation))
        return opened[-1]

    yield make
    for desk in opened:
        desk.close()


@pytest.fixture
def conversation(conversations: ConversationStore) -> str:
    return conversations.create("T-7").id


def playing() -> Playing:
    return Playing({"return": quoted(citation(RETURNS))})


def written(desk: DraftDesk, conversation: str) -> KeptDraft:
    desk.start(conversation, ASKED)
    desk.wait(conversation, 20)
    kept = desk.latest(conversation)
    assert kept is not None
    return kept


def test_a_draft_is_written_while_the_page_goes_on(open_desk: OpenDesk, conversation: str) -> None:
    assistant = playing()
    assistant.go_on.clear()
    desk = open_desk(assistant)
    desk.start(conversation, ASKED, Wish(brief=True))
    desk.start(conversation, ASKED)  # a second press changes nothing
    assert assistant.entered.wait(10)
    writing = desk.writing(conversation)
    assert writing is not None and writing.running and desk.latest(conversation) is None
    assistant.go_on.set()
    desk.wait(conversation, 20)
    kept = desk.latest(conversation)
    assert kept is not None and kept.draft.wish.brief and kept.version == 1
    assert desk.writing(conversation) is None


def test_when_the_server_ends_a_draft_has_its_time_and_what_takes_longer_is_given_up(
    open_desk: OpenDesk, conversation: str
) -> None:
    quick, slow = playing(), playing()
    slow.go_on.clear()
    for assistant in (quick, slow):
        desk = open_desk(assistant)
        desk.start(conversation, ASKED)
        desk.finish(20 if assistant is quick else 0)
        kept = desk.latest(conversation)
        assert kept is not None and kept.version == 1  # that of the quick one
    slow.go_on.set()


def test_what_was_stopped_is_not_kept(open_desk: OpenDesk, conversation: str) -> None:
    assistant = playing()
    assistant.go_on.clear()
    desk = open_desk(assistant)
    desk.start(conversation, ASKED)
    assert assistant.entered.wait(10)
    desk.stop(conversation)
    assert desk.writing(conversation) is None
    assistant.go_on.set()
    assert desk.latest(conversation) is None


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (AppUserError("connect a model"), "connect a model"),
        (RuntimeError("broke\ndown"), "The draft failed (RuntimeError)"),
    ],
)
def test_what_went_wrong_is_one_line(
    open_desk: OpenDesk, conversation: str, problem: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant = playing()
    desk = open_desk(assistant)

    def fails(*_: object) -> None:
        raise problem

    monkeypatch.setattr(assistant, "ask", fails)
    desk.start(conversation, ASKED)
    desk.wait(conversation, 20)
    writing = desk.writing(conversation)
    assert writing is not None and not writing.running
    assert writing.error.startswith(said) and "\n" not in writing.error


def test_a_text_is_reviewed_once_more_when_it_is_sent(open_desk: OpenDesk, conversation: str) -> None:
    desk = open_desk(playing())
    kept = written(desk, conversation)
    for text, name, said in (
        (f"{kept.text}\nThis is secret.", "Ana", "this must not go out: it says a secret"),
        (kept.text, " ", "say who you are"),
        (" ", "Ana", "nothing to send"),
    ):
        with pytest.raises(AppUserError, match=said):
            desk.send(kept.id, ASKED, text, name)
    sent = desk.send(kept.id, ASKED, f"{kept.text}\nWe are sorry!", "Ana")
    assert sent.state == "sent" and sent.difference is not None
    assert [each.text for each in sent.difference.added] == ["We are sorry!"]


def test_a_ticket_is_handed_over_with_all_that_is_known(
    open_desk: OpenDesk, conversation: str, conversations: ConversationStore
) -> None:
    desk = open_desk(playing())
    kept = written(desk, conversation)
    asked = ASKED.model_copy(update={"messages": (*ASKED.messages, Message(author="agent", text="x", internal=True))})
    case = desk.hand_over(kept.id, asked, "Ana")
    packet = EscalationStore(conversations.sessions).get(case.id).packet
    assert (packet.question, packet.customer) == ("Can I return it? Will it rain?", "C-7")
    assert [each.text for each in packet.answered] == [RETURNS]
    assert [each.text for each in packet.conversation] == ["Can I return it? Will it rain?"]
    assert [each.quote for each in packet.found] == [RETURNS]
    assert desk.latest(conversation) is None
    assert case.team == load_policy().escalation.default.team or case.cause in packet.cause


def test_what_was_found_for_managers_stays_with_them_when_the_ticket_is_handed_over(
    open_desk: OpenDesk, conversation: str
) -> None:
    desk = open_desk(playing())
    desk.start(conversation, ASKED, audience="manager")
    desk.wait(conversation, 20)
    kept = desk.latest(conversation)
    assert kept is not None
    assert kept.draft.audience == "manager"
    assert desk.hand_over(kept.id, ASKED, "Ana").packet.audience == "manager"
