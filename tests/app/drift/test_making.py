"""A report is made of stored conversations as they lie in the database, and of nothing that a vault keeps."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from app.conversations.database import default_url
from app.conversations.records import Message
from app.conversations.store import ConversationStore
from app.conversations.tables import MessageRow
from app.drift.desk import DriftDesk
from app.drift.gaps import golden_lines
from app.drift.making import drift_maker
from app.drift.report import DriftReport
from app.drift.weeks import Week
from app.golden import GoldenQuestion
from eval.suites.golden import read_golden as read_for_eval
from ingest import knowledge
from ingest.embedding.base import Progress, TextKind
from tests.app.drift.asking import WEEK, answer_of, in_week, store_question
from tests.support.command import Command, command_with
from tests.support.hashed_embedder import HashedEmbedder, hashed

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors

NOW = WEEK.begin + timedelta(days=5)
GOLDEN = [GoldenQuestion(id="G-1", question="How long does a refund for a returned parcel take?", language="en")]
NEAR = "How long does a refund for a parcel take?"
SECRETS = ("Heidi Brandstätter", "+43 660 1234567", "heidi.b@example.at", "Brandstätter")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    store = ConversationStore(default_url(tmp_path))
    yield store
    store.close()


def asked(store: ConversationStore, question: str, week: Week, number: int = 0) -> str:
    """A question as an agent asks it on the page, in a week of the past."""
    conversation = store.create().id
    message = store.start_answer(conversation, question)
    store.finish_answer(message, "finished", answer_of())
    with store.sessions.write() as session:
        session.execute(
            update(MessageRow)
            .where(MessageRow.conversation_id == conversation)
            .values(created_at=in_week(week, number))
        )
    return conversation


def report_of(store: ConversationStore, folder: Path, **more: object) -> DriftReport:
    maker = drift_maker(store.sessions, folder)
    return maker.make(hashed(), GOLDEN, NOW, **more)  # type: ignore[arg-type]  # the parameters of make by name


def usual_weeks(store: ConversationStore, weeks: int = 3, each: int = 40) -> None:
    for back in range(weeks):
        for number in range(each):
            action = "abstain" if number % 8 == 0 else "answer"
            store_question(store.sessions, NEAR, in_week(WEEK.before(back), number), action=action)  # type: ignore[arg-type]


def test_weeks_are_put_beside_each_other(store: ConversationStore, tmp_path: Path) -> None:
    usual_weeks(store)
    store_question(store.sessions, NEAR, in_week(WEEK.before(30), 1))  # long ago
    store_question(store.sessions, NEAR, in_week(WEEK, 1), kind="ticket")  # nobody asked that on the page
    report = report_of(store, tmp_path)
    assert (report.week, report.questions, report.questions_before, report.weeks_before) == ("2026-W47", 40, 80, 2)
    assert report.enough and not report.alarms
    assert [line.questions for line in report.weeks] == [0, 0, 0, 0, 0, 0, 40, 40, 40]
    assert report.weeks[-1].abstentions == pytest.approx(0.125) and report.weeks[0].abstentions is None
    assert report.new_questions == () and report.uncovered == {}


def test_planted_in_the_database_it_is_found(store: ConversationStore, tmp_path: Path) -> None:
    usual_weeks(store, each=60)
    for number in range(30):
        text = f"Welche Steckdose braucht die Wärmepumpe im Keller {number}"
        store_question(store.sessions, text, in_week(WEEK, 100 + number), language="de", action="abstain", evidence=0.2)
    report = report_of(store, tmp_path)
    assert {each.what for each in report.alarms} >= {"languages", "topics", "abstentions", "evidence", "far"}
    assert report.uncovered == {"de": 30}
    (new,) = report.new_questions
    assert new.asked == 30 and new.languages == ("de",) and "Wärmepumpe" in new.question


def test_a_week_that_has_only_begun_leaves_the_one_before_to_be_looked_at(
    store: ConversationStore, tmp_path: Path
) -> None:
    usual_weeks(store)
    store_question(store.sessions, NEAR, in_week(WEEK.before(-1), 1))
    later = NOW + timedelta(weeks=1)
    maker = drift_maker(store.sessions, tmp_path)
    assert maker.make(hashed(), GOLDEN, later).week == "2026-W47"
    assert maker.make(hashed(), GOLDEN, later, week=Week(2026, 48)).questions == 1


def test_no_personal_value_leaves_a_vault(store: ConversationStore, tmp_path: Path) -> None:
    for number, day in enumerate(("Montag", "Dienstag", "Mittwoch")):
        said = f"Frau {SECRETS[0]}, {SECRETS[1]}, {SECRETS[2]}: passt die Wärmepumpe am {day} in den Keller?"
        asked(store, said, WEEK, number)
    # A text from before there was a vault.
    store_question(store.sessions, f"Passt die Wärmepumpe in den Keller von {SECRETS[2]}?", in_week(WEEK, 5))
    report = report_of(store, tmp_path)
    (new,) = report.new_questions
    assert new.asked == 4 and "Wärmepumpe" in new.question and "<EMAIL" in new.question
    (tmp_path / "drift.json").write_text(report.model_dump_json())
    (tmp_path / "new.jsonl").write_text(golden_lines(report))
    for file in (*tmp_path.glob("drift*"), *(tmp_path / "drift").iterdir(), tmp_path / "new.jsonl"):
        if file.is_file():
            written = file.read_bytes().decode("utf-8", "replace")
            assert not any(secret in written for secret in SECRETS), file
    message: Message = store.messages(store.list()[0].id)[0]
    assert SECRETS[2] in message.text  # which is there for those who may read the conversation


def test_what_few_may_read_is_counted_and_not_shown(store: ConversationStore, tmp_path: Path) -> None:
    for number in range(4):
        text = f"May managers waive the fee for platinum customers {number}"
        store_question(store.sessions, text, in_week(WEEK, number), title="Waivers", audience="manager")
    report = report_of(store, tmp_path)
    assert report.questions == 4
    assert "aiver" not in report.model_dump_json() and "platinum" not in report.model_dump_json()


def test_new_questions_are_lines_of_a_golden_file_that_a_person_completes(
    store: ConversationStore, tmp_path: Path
) -> None:
    for number in range(3):
        asked(store, f"Can I pay <b>my</b> heat pump with crypto coins? {'Please. ' * number}", WEEK, number)
    asked(store, "Once asked by one alone: moon landing", WEEK, 9)
    report = report_of(store, tmp_path)
    file = tmp_path / "new.jsonl"
    file.write_text(golden_lines(report), encoding="utf-8")
    (question,) = read_for_eval(file)
    assert question.id == "asked-2026-W47-01" and question.language == "en"
    assert "crypto coins" in question.question and question.documents == ()
    assert "3 times in 3 conversations" in question.note and "Returns" in question.note


class _Counting(HashedEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.texts = 0

    def embed(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Vectors:
        self.texts += len(texts)
        return super().embed(texts, kind, progress)


def test_no_question_is_embedded_twice_and_what_is_gone_is_forgotten(store: ConversationStore, tmp_path: Path) -> None:
    for number in range(10):
        store_question(store.sessions, f"question {number}", in_week(WEEK, number))
    counting = _Counting()
    model = hashed()
    model.embedder = counting
    maker = drift_maker(store.sessions, tmp_path)
    maker.make(model, GOLDEN, NOW)
    assert counting.texts == 11
    store_question(store.sessions, "another", in_week(WEEK, 11))
    maker.make(model, GOLDEN, NOW)
    assert counting.texts == 12
    (kept,) = (tmp_path / "drift").glob("vectors-*.npz")
    kept.write_bytes(kept.read_bytes()[:200])  # torn
    assert maker.make(model, GOLDEN, NOW).questions == 11
    maker.make(model, [], NOW + timedelta(weeks=20))
    assert kept.stat().st_size < 1000


def test_the_page_gets_what_is_kept_at_once_and_a_new_report_is_made_beside(
    store: ConversationStore, tmp_path: Path
) -> None:
    golden = tmp_path / "golden.jsonl"
    golden.write_text(GOLDEN[0].model_dump_json() + "\n", encoding="utf-8")
    desk = DriftDesk(drift_maker(store.sessions, tmp_path), hashed, golden)
    assert desk.state().state == "making"
    desk.wait(60)
    made = desk.state()
    assert made.state == "ready" and made.report and made.report.questions == 0
    store_question(store.sessions, NEAR, made.report.made_at)
    assert desk.state(made.report.made_at + timedelta(minutes=1)).state == "ready"  # not with every question
    later = desk.state(made.report.made_at + timedelta(minutes=11))
    assert later.state == "making" and later.report == made.report
    desk.wait(60)
    new = desk.state().report
    assert new is not None and new.questions + new.questions_before == 1
    store.delete(store.list()[0].id)  # nothing of what is gone stays in the home
    desk.state(new.made_at + timedelta(minutes=11))
    desk.wait(60)
    gone = desk.state().report
    assert gone is not None and gone.questions + gone.questions_before == 0


def test_what_cannot_be_made_is_said_and_not_tried_again_and_again(store: ConversationStore, tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    golden.write_text("{", encoding="utf-8")
    desk = DriftDesk(drift_maker(store.sessions, tmp_path), hashed, golden)
    desk.state()
    desk.wait(60)
    for _ in range(2):
        failed = desk.state()
        assert failed.state == "failed" and "--golden" in failed.error and "\n" not in failed.error
    golden.write_text(GOLDEN[0].model_dump_json(), encoding="utf-8")
    assert desk.state().state == "making"
    desk.wait(60)
    assert desk.state().report is not None


@pytest.fixture
def polydesk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    monkeypatch.setenv("POLYDESK_HOME", str(tmp_path))
    return command_with(hashed(), (knowledge,), monkeypatch, capsys)


def test_the_command_prints_and_writes_and_tells_by_its_status(
    polydesk: Command, store: ConversationStore, tmp_path: Path
) -> None:
    usual_weeks(store, each=60)
    for number in range(30):
        text = f"Welche Steckdose braucht die Wärmepumpe [b]im[/b] Keller {number}"
        store_question(store.sessions, text, in_week(WEEK, 100 + number), language="de", action="abstain")
    file = tmp_path / "new.jsonl"
    golden = tmp_path / "golden.jsonl"
    golden.write_text(GOLDEN[0].model_dump_json(), encoding="utf-8")
    asked_for = ("--week", "2026-W47", "--golden", golden, "--questions", file)
    status, said, beside = polydesk("drift", *asked_for, "--alarm")
    assert status == 1 and "CHANGED" in said and "Wärmepumpe [b]im[/b]" in said
    assert "1 questions written" in beside and len(read_for_eval(file)) == 1
    status, said, _ = polydesk("drift", "--week", "2026-W46", "--alarm", "--json")
    assert status == 0 and json.loads(said)["week"] == "2026-W46"
    status, _, wrong = polydesk("drift", "--week", "47", "--json")
    assert status == 2 and re.fullmatch(r"polydesk: .*2026-W47\n", wrong)
    status, _, wrong = polydesk("drift", *asked_for)
    assert status == 2 and "is there already" in wrong
