"""A draft answers what is asked, in the customer's language or marked, framed as the company writes."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from app.answers import Finding, Sentence
from app.desk.drafts.draft import Wish
from app.desk.drafts.style import Style, load_style
from app.errors import AppError, AppUserError
from ingest.sources.tickets import Message
from tests.app.desk.drafts.playing import (
    NOTHING,
    RETURNS,
    SHIPPING,
    Playing,
    answer,
    citation,
    draft_of,
    drafter,
    quoted,
    ticket,
)


def test_every_question_is_answered_and_cited_for_the_agent_alone() -> None:
    asked = ticket("Hello. Can I return it? What is shipping?", subject="Jacket", name="Ana Lima")
    shipping = citation("Shipping is 6.90 €.", document="shipping.md")
    found = draft_of(asked, {"return": quoted(citation(RETURNS)), "shipping": quoted(shipping)})
    assert found.text == (f"Dear Ana Lima,\n\n{RETURNS}\n\nShipping is 6.90 €.\n\nKind regards\nCustomer service")
    assert [each.citations for each in found.sentences] == [(1,), (2,)]
    assert [(each.n, each.document) for each in found.citations] == [(1, "returns.md"), (2, "shipping.md")]
    assert "[" not in found.text
    assert [need.text for need in found.needs] == ["Can I return it?", "What is shipping?"]


def test_the_question_goes_along_the_one_path_with_all_that_is_known() -> None:
    assistant = Playing({"return": quoted(citation(RETURNS))})
    asked = ticket(
        "Can I return it?",
        subject="Jacket",
        messages=(
            Message(text="Hi"),
            Message(author="agent", text="Hello"),
            Message(author="agent", text="careful", internal=True),
            Message(text="Can I return it?", name="Ana Lima"),
        ),
    )
    wish = Wish(manner="informal", brief=True, remark="mention the label")
    drafter(assistant).draft(asked, as_of=date(2026, 3, 1), audience="manager", wish=wish)
    question = assistant.asked[-1]
    assert question.text == "Jacket. Can I return it?"
    assert (question.language, question.customer_id, question.audience) == ("en", "C-7", "manager")
    assert (question.as_of, question.leave_out, question.names) == (date(2026, 3, 1), ("ticket/T-7",), ("Ana Lima",))
    assert [turn.text for turn in question.history] == ["Hi", "Hello"]
    assert question.reply is not None
    assert (question.reply.manner, question.reply.brief, question.reply.remark) == (
        "informal",
        True,
        "mention the label",
    )


def test_a_quote_in_another_language_is_no_reply_until_it_is_translated() -> None:
    found = draft_of(ticket("Can I return it?", language="pl"), {"return": quoted(citation(RETURNS))})
    assert [sentence.hold for sentence in found.sentences] == ["translate"]
    assert RETURNS not in found.text and RETURNS in found.to_edit
    assert found.come_back in found.text and found.come_back.startswith("Osoba")
    assert found.text.startswith("Dzień dobry,")


def test_a_quote_in_another_language_is_left_out_beside_a_nearer_one_in_the_customers() -> None:
    own, foreign = citation(RETURNS), citation(SHIPPING, 2, language="de")
    assert len(draft_of(ticket("May I return it?"), {"return": quoted(own, foreign)}).sentences) == 1
    assert len(draft_of(ticket("May I return it?"), {"return": quoted(foreign, own)}).sentences) == 2


def test_what_customers_do_not_read_and_what_was_once_said_is_held() -> None:
    internal = citation(RETURNS, audience="agent")
    told = citation("We give you 10 %.", 2, history=True, heading=("agent Bob 2026-01-01",))
    note = citation("He is difficult.", 3, history=True, heading=("agent Bob (internal) 2026-01-01",))
    own_words = citation("My jacket is torn.", 4, history=True, heading=("customer 2026-01-01",))
    found = draft_of(ticket("May I return it?"), {"return": quoted(internal, told, note, own_words)})
    assert [sentence.hold for sentence in found.sentences] == ["internal", "history", "internal"]
    assert found.text.count("\n\n") == 2  # greeting, that somebody comes back, closing


def test_what_only_an_earlier_ticket_half_says_is_withheld() -> None:
    told = citation("The charge was ours.", history=True, heading=("agent Bob 2026-01-01",))
    vague = Sentence(text="The law makes us pay double.", supported=True, score=0.41, citations=(1,))
    found = draft_of(ticket("May I return it?"), {"return": answer(vague, citations=[told])})
    assert vague.text not in found.to_edit
    assert [sentence.text for sentence in found.withheld] == [vague.text]
    assert [need.answered for need in found.needs] == [False]


def test_what_remained_unanswered_is_told_to_the_agent_and_politely_to_the_customer() -> None:
    found = draft_of(ticket("Can I return it? Will it rain?"), {"return": quoted(citation(RETURNS))})
    assert [need.text for need in found.unanswered] == ["Will it rain?"]
    assert "A colleague will look into what is not answered here and get back to you." in found.text


def test_a_message_that_asks_nothing_is_answered_as_a_whole() -> None:
    found = draft_of(ticket("The jacket is torn. Please return my money."), {"return": quoted(citation(RETURNS))})
    assert RETURNS in found.text
    empty = draft_of(ticket("Nice weather."), {})
    assert empty.sentences == () and empty.come_back in empty.text


def test_a_statement_counts_where_the_documents_plainly_speak_of_it() -> None:
    answers = {"E-17": quoted(citation("E-17 is a blocked blade."), confidence=0.8), "noise": NOTHING}
    found = draft_of(ticket("It shows E-17. And why the noise?"), answers)
    assert [(need.text, need.answered) for need in found.needs] == [
        ("It shows E-17.", True),
        ("And why the noise?", False),
    ]
    doubtful = {"E-17": quoted(citation("E-17 is a blocked blade."), confidence=0.6), "noise": NOTHING}
    assert len(draft_of(ticket("It shows E-17. And why the noise?"), doubtful).needs) == 1


def test_one_answer_to_two_questions_is_given_once() -> None:
    found = draft_of(ticket("Can I return it? Where to return it?"), {"return": quoted(citation(RETURNS))})
    assert found.text.count(RETURNS) == 1 and not found.unanswered


def test_questions_beyond_the_first_four_are_not_forgotten() -> None:
    asked = ticket(" ".join(f"Is number {number} in?" for number in range(6)))
    found = draft_of(asked, {"number": quoted(citation(RETURNS))})
    assert [need.answered for need in found.needs] == [True] * 4 + [False] * 2


def test_a_person_takes_over_where_the_rules_say_so_of_the_message_or_an_answer() -> None:
    finding = Finding(guard="topics", code="topic:legal", about="question", score=0.9, reason="a lawyer")
    found = draft_of(
        ticket("My lawyer writes next. May I return it?"), {"return": quoted(citation(RETURNS), findings=(finding,))}
    )
    assert found.handover is not None
    assert (found.handover.cause, found.handover.team, found.handover.takes_over) == ("legal", "Legal", True)


def test_the_style_speaks_where_the_agent_does_not() -> None:
    informal = Style.model_validate({**load_style().model_dump(), "formality": "informal"})
    assistant = Playing({})
    asked = ticket("Is it in?", language="de", name="Katrin")
    assert drafter(assistant, informal).draft(asked).greeting == "Hallo Katrin,"
    assert drafter(assistant, informal).draft(asked, wish=Wish(manner="formal")).greeting == "Guten Tag Katrin,"


def test_a_ticket_that_was_answered_waits_for_nothing() -> None:
    with pytest.raises(AppUserError, match="T-7: no message of the customer waits"):
        draft_of(ticket(messages=(Message(author="agent", text="Hello"),)), {})


def test_a_stopped_draft_is_none() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(AppError, match="stopped"):
        drafter(Playing({})).draft(ticket("Is it in?"), stop=stop)


def test_progress_is_told_by_the_question() -> None:
    told: list[tuple[int, int]] = []
    drafter(Playing({})).draft(ticket("Is it in? Is it red?"), progress=lambda done, of: told.append((done, of)))
    assert told == [(0, 2), (1, 2), (2, 2)]
