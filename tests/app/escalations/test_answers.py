"""What people answer in cases becomes a candidate for the knowledge base, without anything personal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from app.answers import Question
from app.conversations.errors import ConversationUserError
from app.conversations.store import ConversationStore
from app.escalations.packet import packet_of
from app.escalations.records import Escalation
from app.escalations.store import EscalationStore
from guardrails.escalation.deciding import Decision
from tests.app.escalations.conftest import ANSWER

QUESTION = "Kann jana.novak@example.com nach 50 Tagen zurückgeben?"
TOLD = "Ja, aus Kulanz bis 60 Tage, jana.novak@example.com weiß Bescheid."


def case_in(conversations: ConversationStore) -> Escalation:
    packet = packet_of(
        Decision("legal", "Legal", "high", "legal", True), Question(text=QUESTION), ANSWER, (), "not searched"
    )
    return EscalationStore(conversations.sessions).add(conversations.create().id, packet)


def test_an_answer_is_kept_and_the_case_still_has_to_be_closed(conversations: ConversationStore) -> None:
    queue, case = EscalationStore(conversations.sessions), case_in(conversations)
    with pytest.raises(ConversationUserError, match="has words in it"):
        queue.answer(case.id, "Ana", "  ")
    answered = queue.answer(case.id, "Ana", TOLD)
    assert (answered.state, answered.answer, answered.answered_by) == ("answered", TOLD, "Ana")
    with pytest.raises(ConversationUserError, match="is answered already, by Ana"):
        queue.answer(case.id, "Bo", TOLD)
    assert queue.close(case.id, "Bo").answer == TOLD


def test_a_candidate_has_no_personal_data_and_is_taken_or_turned_down_once(conversations: ConversationStore) -> None:
    queue, case = EscalationStore(conversations.sessions), case_in(conversations)
    assert queue.candidates() == []
    queue.answer(case.id, "Ana", TOLD)
    (candidate,) = queue.candidates()
    assert "novak" not in candidate.question + candidate.answer
    assert "60 Tage" in candidate.answer
    assert (candidate.language, candidate.answered_by) == ("de", "Ana")
    queue.settle_candidate(case.id, taken=False)
    assert queue.candidates() == []
    with pytest.raises(ConversationUserError, match="no answer that waits"):
        queue.settle_candidate(case.id, taken=True)


def test_candidates_are_written_as_articles_that_can_be_ingested(
    polydesk: Callable[..., tuple[int, str, str]], make_home: Callable[[], Path], tmp_path: Path
) -> None:
    from app.conversations.database import default_url

    conversations = ConversationStore(default_url(make_home()))
    number = case_in(conversations).id
    conversations.close()
    assert polydesk("escalations", "answer", str(number), TOLD, "--by", "Ana")[0] == 0
    _, out, _ = polydesk("escalations", "candidates", "--json")
    assert [each["escalation_id"] for each in json.loads(out)] == [number]
    assert polydesk("escalations", "candidates", "--to", tmp_path / "new")[0] == 0
    _, front, body = (tmp_path / "new" / f"case-{number}.md").read_text(encoding="utf-8").split("---\n", 2)
    assert (yaml.safe_load(front)["language"], yaml.safe_load(front)["kind"]) == ("de", "article")
    assert "60 Tage" in body
    assert "novak" not in front + body
    assert json.loads(polydesk("escalations", "candidates", "--json")[1]) == []
