"""What a case holds reaches the page as text, in its own direction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.answers import Escalated, Finding, Question, Sentence
from app.escalations.packet import Said, packet_of
from app.escalations.records import PRIORITIES, STATES, Escalation
from app.ui import case_markup
from app.ui.wording import words_for
from guardrails.escalation.deciding import Decision
from tests.app.escalations.conftest import ANSWER
from tests.app.ui.test_markup import EVIL, Elements

WORDS = words_for("en")
NOW = datetime.now(UTC)


def a_case(text: str, language: str = "en") -> Escalation:
    withheld = Sentence(text=text, supported=False, score=0.1, reasons=(text,))
    finding = Finding(guard=text, code=text, about="question", score=1, reason=text)
    told = {"language": language, "sentences": (withheld,), "reasons": (text,), "findings": (finding,)}
    answer = ANSWER.model_copy(update=told)
    decision = Decision(text, text, "urgent", text, True)
    packet = packet_of(decision, Question(text=text, customer_id=text), answer, (), text)
    said = Said(role="user", text=text, language=language, at=NOW)
    packet = packet.model_copy(update={"conversation": (said,), "understood": text})
    since = NOW - timedelta(minutes=90)
    return Escalation(1, "c", text, text, "urgent", "closed", packet, since, closed_by=text, remark=text)


def pieces(case: Escalation) -> list[str]:
    packet = case.packet
    tile = Escalated(id=1, cause=case.cause, team=case.team, priority="low", first_step=packet.first_step)
    return [
        case_markup.escalated_html(tile, WORDS),
        case_markup.card_html(case, WORDS),
        case_markup.head_html(case, WORDS),
        case_markup.asked_html(packet, WORDS),
        case_markup.summary_html(packet, WORDS),
        case_markup.withheld_list_html(packet, WORDS),
        case_markup.findings_html(packet.findings, WORDS),
        case_markup.reasons_html(packet.reasons, WORDS),
        case_markup.conversation_html(packet.conversation, WORDS),
    ]


def test_nothing_of_a_case_becomes_an_element() -> None:
    for html in pieces(a_case(EVIL)):
        found = Elements(html)
        assert not {"script", "img"} & {tag for tag, _ in found.tags}, html
        assert "alert(1)" in found.text, html


def test_the_customers_words_run_in_their_own_direction() -> None:
    case = a_case("كم مدة الضمان؟", "ar")
    question = Elements(case_markup.asked_html(case.packet, WORDS))
    assert next(each for tag, each in question.tags if each.get("class") == "pd-case-asked")["dir"] == "rtl"
    assert 'dir="rtl"' in case_markup.card_html(case, WORDS) and 'dir="rtl"' in case_markup.conversation_html(
        case.packet.conversation, WORDS
    )


def test_a_part_of_which_there_is_nothing_is_left_out() -> None:
    packet = a_case("x").packet.model_copy(update={"withheld": ()})
    assert case_markup.withheld_list_html(packet, WORDS) == ""
    assert case_markup.findings_html((), WORDS) == case_markup.reasons_html((), WORDS) == ""


def test_the_age_is_told_in_words() -> None:
    assert "For 2 hours" in case_markup.card_html(a_case("x"), WORDS)


def test_every_state_and_priority_has_its_words() -> None:
    assert {f"case.state.{state}" for state in STATES} <= WORDS.entries.keys()
    assert {f"case.priority.{priority}" for priority in PRIORITIES} <= WORDS.entries.keys()
