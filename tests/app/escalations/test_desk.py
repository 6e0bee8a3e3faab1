"""At the end of a question a person is asked where the rules say so, with all that is known."""

from __future__ import annotations

import pytest

from app.answers import Contradiction, Escalated, Finding, Findings, Question
from app.conversations.store import ConversationStore
from app.errors import AppUserError
from app.escalations import signals
from app.escalations.desk import EscalationDesk
from app.escalations.store import EscalationStore
from guardrails.policy import load_policy
from guardrails.quantities import Quantity
from prompts.library import phrase
from tests.app.escalations.conftest import ANSWER, NOTHING, OTHER, PLACE, Said

PERSON = Finding(guard="topics", code="topic:person", about="question", score=0.93, reason="asks for a person")
LEGAL = Finding(guard="topics", code="topic:legal", about="question", score=0.9, reason="threatens to sue")
ABUSE = Finding(guard="topics", code="topic:abuse", about="question", score=0.9, reason="insults")


def test_an_answer_that_nobody_has_to_look_at_goes_out_as_it_is(said: Said, escalations: EscalationStore) -> None:
    assert said("Wie lange?", ANSWER) == ANSWER
    assert escalations.list() == []


def test_who_asks_for_a_person_gets_one_with_a_complete_packet(said: Said, escalations: EscalationStore) -> None:
    said("Wie lange kann ich zurückgeben?", ANSWER)
    out = said("Geben Sie mir einen Menschen!", ANSWER, PERSON, customer_id="C-7")
    assert (out.action, out.answer) == ("escalate", phrase("handed_over", "de"))
    [case] = escalations.list()
    assert out.escalation == Escalated(
        id=case.id, cause="person", team="Customer care", priority="high", first_step="take-over"
    )
    packet = case.packet
    assert (packet.question, packet.language, packet.customer) == ("Geben Sie mir einen Menschen!", "de", "C-7")
    assert [(each.role, each.text) for each in packet.conversation] == [
        ("user", "Wie lange kann ich zurückgeben?"),
        ("assistant", "45 Tage. [1]"),
        ("user", "Geben Sie mir einen Menschen!"),
    ]
    assert [(each.n, each.document, each.version, each.quote) for each in packet.found] == [
        (1, "returns.md", 3, "45 Tage"),
        (2, "shipping.md", 3, "6,50 €"),
    ]
    assert [(each.text, each.reasons) for each in packet.withheld] == [("Wir schenken Ihnen 50 €.", ("unsupported",))]
    assert [each.text for each in packet.answered] == ["45 Tage."]
    assert [(each.guard, each.code, each.reason) for each in packet.findings] == [
        ("topics", "topic:person", "asks for a person")
    ]
    assert packet.first_step_text.startswith("Lesen Sie das Gespräch")
    assert packet.summary == (
        "Grund: der Kunde wünscht einen Menschen. Frage Nr. 2, auf Deutsch: „Geben Sie mir einen Menschen!“. "
        "Kunde: C-7. Gefundene Dokumente: Rückgabe, Versand. Zurückgehaltene Sätze: 1."
    )


def test_the_same_cause_is_no_second_case_but_the_person_stays_in_charge(
    said: Said, escalations: EscalationStore
) -> None:
    first = said("Einen Menschen!", ANSWER, PERSON)
    again = said("Wo bleibt der Mensch?", ANSWER, PERSON)
    assert again.action == "escalate" and again.escalation == first.escalation
    assert len(escalations.list()) == 1


def test_another_cause_of_the_same_conversation_is_a_case_of_its_own(said: Said, escalations: EscalationStore) -> None:
    said("Einen Menschen!", ANSWER, PERSON)
    assert said("Mein Anwalt schreibt Ihnen.", ANSWER, LEGAL).action == "escalate"
    assert [case.cause for case in escalations.list()] == ["person", "legal"]


def test_a_case_that_was_closed_comes_back_with_the_new_question(said: Said, escalations: EscalationStore) -> None:
    [number] = [case.id for case in [said("Einen Menschen!", ANSWER, PERSON).escalation] if case]
    escalations.close(number, "Ana", "called back")
    said("Noch einmal: einen Menschen!", ANSWER, PERSON)
    [case] = escalations.list()
    assert (case.id, case.state, case.packet.question) == (number, "open", "Noch einmal: einen Menschen!")


def test_an_answer_stands_where_somebody_should_only_look(said: Said, escalations: EscalationStore) -> None:
    out = said("Ihr Idioten, wie lange?", ANSWER, ABUSE)
    assert (out.action, out.answer) == ("answer", ANSWER.answer)
    assert out.escalation and out.escalation.team == "Customer care"
    assert said("Idioten!", ANSWER, ABUSE) == ANSWER.model_copy(update={"findings": (ABUSE,)})
    assert len(escalations.list()) == 1


def test_a_large_amount_in_the_question_is_looked_at(said: Said) -> None:
    assert said("Ich will 499 € zurück.", ANSWER).escalation is None
    out = said("Ich will 1.250,00 € zurück.", ANSWER)
    assert out.escalation and out.escalation.cause == "value-at-stake" and out.action == "answer"


def test_documents_that_contradict_each_other_are_a_case_for_those_who_look_after_them(said: Said) -> None:
    contradicting = Contradiction(says=("45 Tage", "30 Tage"), first=PLACE, second=OTHER.model_copy(update={"n": 2}))
    out = said("Wie lange?", ANSWER.model_copy(update={"contradictions": (contradicting,)}))
    assert out.escalation and (out.escalation.team, out.escalation.priority) == ("Knowledge base", "low")
    assert out.action == "answer"


def test_the_second_question_in_a_row_without_evidence_goes_to_a_person(said: Said) -> None:
    assert said("Was?", NOTHING) == NOTHING
    assert said("Wie lange?", ANSWER) == ANSWER
    assert said("Und was?", NOTHING) == NOTHING
    out = said("Und dann?", NOTHING)
    assert out.action == "escalate" and out.escalation and out.escalation.cause == "low-evidence"


@pytest.mark.parametrize(
    ("language", "yes"),
    [("de", "Ja, bitte!"), ("es", "SI, por favor"), ("ja", "はい、お願いします。"), ("ar", "نعم، من فضلك")],
)
def test_who_takes_up_the_offer_of_a_person_gets_one(said: Said, language: str, yes: str) -> None:
    nothing = NOTHING.model_copy(update={"language": language})
    said("Was?", nothing)
    out = said(yes, nothing)
    assert out.action == "escalate" and out.escalation and out.escalation.cause == "person"


def test_a_yes_to_an_answer_asks_for_nobody(said: Said) -> None:
    said("Wie lange?", ANSWER)
    assert said("Ja, bitte!", NOTHING) == NOTHING


def test_thanks_after_an_abstention_are_no_further_failure(said: Said) -> None:
    said("Was?", NOTHING)
    assert said("Nein danke.", NOTHING) == NOTHING
    assert said("Und wann?", NOTHING).action == "escalate"


@pytest.mark.parametrize("reason", ["stopped", "country-open"])
def test_what_was_stopped_or_asked_back_is_no_failure_and_offers_nobody(said: Said, reason: str) -> None:
    no_answer_yet = NOTHING.model_copy(update={"reasons": (reason,)})
    said("Was?", NOTHING)
    assert said("Was denn?", no_answer_yet).escalation is None
    assert said("Ja, bitte!", no_answer_yet).escalation is None
    assert said("Und dann?", NOTHING).action == "escalate"  # it is still the second without evidence


def test_a_search_that_fails_loses_no_case(conversations: ConversationStore, escalations: EscalationStore) -> None:
    def search(_question: Question) -> Findings:
        raise AppUserError("nothing was ingested yet")

    desk = EscalationDesk(conversations, lambda: load_policy().escalation, search)
    message_id = conversations.start_answer(conversations.create().id, "A person!")
    asked = NOTHING.model_copy(update={"findings": (PERSON,)})
    assert desk.consider(message_id, Question(text="A person!"), asked).action == "escalate"
    [case] = escalations.list()
    assert (case.packet.found, case.packet.search_problem) == ((), "nothing was ingested yet")


def test_a_signal_that_cannot_be_found_out_goes_to_the_default_team(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_text: str, _language: str) -> list[Quantity]:
        raise RuntimeError("no amounts today")

    monkeypatch.setattr(signals, "find_quantities", broken)
    out = said("Wie lange?", ANSWER)
    assert out.action == "escalate" and out.escalation and out.escalation.cause == "unevaluated:value-at-stake"
