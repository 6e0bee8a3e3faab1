"""The record of an answer has its words for those alone who may read its conversation, and its numbers for others."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.accounts.visitor import LOCAL
from app.conversations.errors import ConversationUserError
from app.conversations.sessions import Sessions
from app.dashboard.desk import DashboardDesk
from app.dashboard.numbers import Money
from app.dashboard.phases import SENTENCE_GUARDS
from app.guarding import build_gate
from guardrails.policy import load_policy
from ingest.embedding.centring import CentredEmbedder
from tests.app.accounts.people import visitor_of
from tests.app.dashboard.answers import SMALL, keep, made_answer
from tests.app.dashboard.test_numbers import PRICES

AT = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
QUESTION = "May mia@example.com send it back?"
SAID = "Ms Novak has 30 days from today."


@pytest.fixture
def kept(sessions: Sessions) -> int:
    answer = made_answer(
        text=SAID, model=SMALL, tokens=(1_000_000, 100_000), model_seconds=1.5, withheld=(0.1,),
        findings=[("leaks", "leak-secret")], handed_over=True,
    )  # fmt: skip
    return keep(sessions, AT, answer, question=QUESTION, owner="ana", rating=("down", "wrong"))


def test_who_may_read_the_conversation_sees_all_of_it(sessions: Sessions, kept: int) -> None:
    desk = DashboardDesk(sessions, PRICES)
    for visitor in (visitor_of("auditor"), visitor_of("administrator"), visitor_of("agent", "ana"), LOCAL):
        record = desk.record(visitor, kept)
        assert record.question == QUESTION
        assert record.answer.sentences[0].text == SAID and record.answer.citations[0].quote == SAID
        assert record.has_words and (record.rating, record.rated_why) == ("down", "wrong")


def test_others_see_numbers_and_not_one_word(sessions: Sessions, kept: int) -> None:
    desk = DashboardDesk(sessions, PRICES)
    for visitor in (visitor_of("operations"), visitor_of("agent", "ben")):
        record = desk.record(visitor, kept)
        assert not record.has_words
        told = record.answer.model_dump_json()
        # Neither what was said nor a placeholder for it, nor which documents say so.
        assert not any(word in told for word in ("Novak", "30 days", "Returns", "Forever", "it says so", "PERSON", "<"))
        assert [each.score for each in record.answer.sentences] == [0.9, 0.8, 0.1]
        assert [each.code for each in record.answer.findings] == ["leak-secret"]
        assert record.cost == Money(amount=3, currency="USD")


def test_time_and_money_are_those_of_the_answer(sessions: Sessions, kept: int) -> None:
    record = DashboardDesk(sessions, PRICES).record(LOCAL, kept)
    times = record.times
    assert (times.retrieval, times.guards, times.model, times.gate) == (100, 10, 1300, 200)
    assert times.other == pytest.approx(390)
    assert record.costs == (record.cost,) == (Money(amount=3, currency="USD"),)


def test_what_is_no_finished_answer_of_a_conversation_has_no_record(sessions: Sessions, kept: int) -> None:
    desk = DashboardDesk(sessions, PRICES)
    ticket = keep(sessions, AT, made_answer(), kind="ticket")
    broken_off = keep(sessions, AT, None, status="failed")
    for id in (kept - 1, 10_000, ticket, broken_off):
        with pytest.raises(ConversationUserError, match=str(id)):
            desk.record(LOCAL, id)


def test_the_guards_of_sentences_are_known_by_their_names(tmp_path: Path) -> None:
    def no_model() -> CentredEmbedder:
        raise OSError("there is none here; a guard that needs it keeps its name")

    gate = build_gate(load_policy(), no_model, tmp_path)
    assert {guard.name for guard in gate.sentences} <= SENTENCE_GUARDS
    before = {guard.name for guard in gate.questions} | {guard.name for guard in gate.passages}
    assert not before & SENTENCE_GUARDS
