"""A ticket that is handed over is a case with the whole thread, once."""

from __future__ import annotations

import pytest

from app.answers import Findings, Question
from app.conversations.sessions import Sessions
from app.desk.inbox.handing_over import CAUSE, HandingOver
from app.desk.inbox.store import TicketStore
from app.errors import AppUserError
from app.escalations.store import EscalationStore
from guardrails.policy import load_policy
from tests.app.desk.inbox.conftest import Take, made
from tests.app.escalations.conftest import PLACE


def found(_question: Question) -> Findings:
    return Findings(language="de", hits=(PLACE,))


def broken(_question: Question) -> Findings:
    raise AppUserError("nothing was ingested yet")


def test_the_case_has_the_thread_without_notes_and_what_was_found(
    sessions: Sessions, store: TicketStore, take: Take
) -> None:
    escalations = EscalationStore(sessions)
    handing = HandingOver(store, escalations, lambda: load_policy().escalation, found)
    at = take(made("T-1", "Wo ist mein Paket?", priority="dringend"), "de")
    store.add_message(at, "He called twice.", "Ana", internal=True)
    case = handing.hand_over(at, "Legal", "Look at the contract first.")
    assert (case.cause, case.team, case.priority, case.state) == (CAUSE, "Legal", "urgent", "open")
    assert [said.text for said in case.packet.conversation] == ["Wo ist mein Paket?"]
    assert (case.packet.customer, case.packet.first_step) == ("C-1", "Look at the contract first.")
    assert case.packet.found == (PLACE,)
    assert "ein Mitarbeiter hat den Fall übergeben" in case.packet.summary
    assert handing.hand_over(at, "Legal").id == case.id
    escalations.close(case.id, "Bo")
    again = handing.hand_over(at, "Security")
    assert (again.id, again.state, again.team) == (case.id, "open", "Security")


def test_without_a_search_there_is_still_a_case(sessions: Sessions, store: TicketStore, take: Take) -> None:
    handing = HandingOver(store, EscalationStore(sessions), lambda: load_policy().escalation, broken)
    case = handing.hand_over(take(made()), "Legal")
    assert case.packet.search_problem == "nothing was ingested yet"
    with pytest.raises(AppUserError, match="no such team; there are Customer care"):
        handing.hand_over(case.conversation_id, "Nobody")
