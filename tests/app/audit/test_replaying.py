"""An answer once more: on the evidence of then, what would be said today, and why that differs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answers import Answer, MadeWith, Question
from app.assistant import open_assistant
from app.audit import reading
from app.audit.errors import AuditUserError
from app.audit.opening import open_trail
from app.audit.replaying import Replayed, reasons, replay
from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from app.jobs import AnswerJobs
from app.settings import Settings
from guardrails.policy import POLICY_PATH
from ingest.ledger.engine import open_ledger
from ingest.runs import run_ingest
from ingest.settings import IngestSettings
from tests.conftest import with_models
from tests.support.patience import PATIENCE_S

RULE = "# Returns\n\nCustomers may send an article back within {days} days of delivery. The article must be unused.\n"
ASKED = "Within how many days may customers send an article back?"


class Desk:
    """A home with one rule, and one answer that was given from it."""

    def __init__(self, folder: Path, models: Path) -> None:
        self.documents = folder / "documents"
        self.documents.mkdir()
        self.settings = Settings(home=folder / "home", model="quoting")
        with_models(self.settings.home, models)
        self.rule(14)
        self.store = ConversationStore(default_url(self.settings.home), trail=open_trail(self.settings))
        self.answer = self._asked()

    def rule(self, days: int) -> None:
        (self.documents / "returns.md").write_text(RULE.format(days=days), encoding="utf-8")
        run_ingest(IngestSettings(home=self.settings.home), [self.documents])

    def replayed(self, **changed: object) -> Replayed:
        ledger = open_ledger(self.settings.home)
        assistant = open_assistant(self.settings.model_copy(update=changed))
        try:
            return replay(self.answer, self.store, ledger, assistant, None)
        finally:
            assistant.close()
            ledger.dispose()

    def _asked(self) -> int:
        assistant = open_assistant(self.settings)
        jobs = AnswerJobs(assistant, self.store)
        answer = jobs.start(self.store.create().id, Question(text=ASKED))
        assert jobs.wait(answer, PATIENCE_S).status == "finished"
        jobs.close()
        assistant.close()
        return answer


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Iterator[Desk]:
    """Made once; the one test that changes the rule puts it back."""
    made = Desk(tmp_path_factory.mktemp("desk"), models_folder)
    yield made
    made.store.close()


def test_an_answer_is_replayed_with_what_changed_since(desk: Desk, tmp_path: Path) -> None:
    same = desk.replayed()
    assert (same.compared.outcome, same.why) == ("same", ("nothing",))
    assert {(each.state, each.version, each.is_superseded) for each in same.evidence} == {("as-cited", 1, False)}
    assert same.now.answer == same.then.answer

    policy = tmp_path / "policy.yaml"
    policy.write_text(
        POLICY_PATH.read_text(encoding="utf-8").replace("seconds: 15", "seconds: 16", 1), encoding="utf-8"
    )
    assert desk.replayed(policy=policy).why == ("policy-changed",)

    desk.rule(30)
    changed = desk.replayed()
    assert changed.why == ("document-changed",)
    assert {(each.state, each.live) for each in changed.evidence} == {("as-cited", 2)}  # the ledger has both
    assert "14" in changed.then.answer and "30" in changed.now.answer
    assert changed.compared.outcome == "other-figures"
    desk.rule(14)


def test_the_record_of_an_answer_says_what_it_was_made_of(desk: Desk) -> None:
    with desk.store.sessions.read() as session:
        given = reading.last_records(session, 1, action="answer.given")[0]
    assert given.subject == f"answer:{desk.answer}"
    for part in ('"policy":"', '"versions":[1]', '"model":"quoting"', '"did":"answer"', '"audience":"agent"'):
        assert part in given.details
    assert "send an article back" not in given.details


def test_a_question_is_no_answer_to_replay(desk: Desk) -> None:
    ledger = open_ledger(desk.settings.home)
    assistant = open_assistant(desk.settings)
    try:
        with pytest.raises(AuditUserError, match="no finished answer"):
            replay(desk.answer - 1, desk.store, ledger, assistant, None)
    finally:
        assistant.close()
        ledger.dispose()


def made(model: str = "ollama:a", **more: object) -> Answer:
    values = {"day": "2026-03-01", "audience": "agent", "policy": "p", "prompt": "q", "model_digest": "m", **more}
    return Answer(action="answer", language="en", answer="", model=model, made_with=MadeWith.model_validate(values))


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (made(), ("nothing",)),
        (made("ollama:b"), ("model-changed",)),
        (made(model_digest="n"), ("model-changed",)),  # the same name, and another model behind it
        (made(model_digest=""), ("nothing",)),  # a server that does not say
        (made(prompt="r"), ("prompt-changed",)),
        (made(policy="r"), ("policy-changed",)),
        (made(versions=(3,)), ("document-added",)),
    ],
)
def test_each_thing_an_answer_depends_on_is_a_reason_of_its_own(now: Answer, why: tuple[str, ...]) -> None:
    assert reasons(made(), now, ()) == why
