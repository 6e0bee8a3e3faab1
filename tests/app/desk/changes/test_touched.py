"""Past answers that rest on words which are others now are listed, with whether they became wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from app.answers import Answer
from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from app.desk.changes.desk import ChangeDesk, open_change_desk
from app.desk.changes.touched import OpenDraft
from app.settings import Settings
from ingest import knowledge
from ingest.embedding.centring import CentredEmbedder
from tests.app.desk.changes.conftest import AFTER, BEFORE, Answered, Past
from tests.support.command import Command, command_with

DEADLINE = "Customers may return an item within 14 days of delivery."
LABEL = "The return label costs EUR 4.90."


def touched(desk: ChangeDesk, document: str) -> list[tuple[str, bool]]:
    [brief] = desk.briefs.of(document_id=document)
    return [(each.sentence, each.wrong) for each in desk.touched(brief)]


def test_an_answer_that_quotes_the_old_words_became_wrong(desk: ChangeDesk, answered: Answered) -> None:
    answered("How long?", Past(DEADLINE, DEADLINE))
    answered("What does it cost?", Past(LABEL, LABEL))
    assert touched(desk, "returns.md") == [(DEADLINE, True)]


def test_a_written_answer_is_held_against_the_new_version(desk: ChangeDesk, answered: Answered) -> None:
    german = "Kundinnen und Kunden können einen Artikel innerhalb von 14 Tagen nach der Lieferung zurückgeben."
    still = "Customers may return an item."
    answered("Wie lange?", Past(german, DEADLINE, language="de"))
    answered("May I return it?", Past(still, DEADLINE))
    assert touched(desk, "returns.md") == [(german, True), (still, False)]


def test_an_answer_from_the_new_version_is_not_touched(desk: ChangeDesk, answered: Answered) -> None:
    new = DEADLINE.replace("14", "30")
    answered("How long?", Past(new, new, version=2))
    assert touched(desk, "returns.md") == []


def test_every_answer_from_a_document_that_is_gone_is_wrong(desk: ChangeDesk, answered: Answered) -> None:
    said = "Gift cards are valid for three years."
    answered("How long?", Past(said, said, "gone.md"))
    assert touched(desk, "gone.md") == [(said, True)]


def test_an_answer_is_wrong_from_the_day_on_which_the_change_takes_effect(desk: ChangeDesk, answered: Answered) -> None:
    said = "You must state your order number."
    answered("Do I need a number?", Past(said, said, "later.md"))
    [brief] = desk.briefs.of(document_id="later.md")
    [found] = desk.touched(brief, date(2030, 1, 1))
    assert (found.wrong, found.wrong_from) == (True, date(2100, 1, 1))
    [found] = desk.touched(brief, date(2100, 1, 2))
    assert (found.wrong, found.wrong_from) == (True, None)


def test_personal_data_of_the_question_is_opened_for_the_agent_and_sealed_in_the_database(
    desk: ChangeDesk, answered: Answered, home: Path
) -> None:
    answered("I am vera.lindqvist@example.org, how long?", Past(DEADLINE, DEADLINE))
    [brief] = desk.briefs.of(document_id="returns.md")
    assert desk.touched(brief)[0].question == "I am vera.lindqvist@example.org, how long?"


def test_open_drafts_of_the_document_are_named(
    home: Path, conversations: ConversationStore, embedder: CentredEmbedder
) -> None:
    @dataclass(frozen=True)
    class Draft:
        id: int | str

    class Drafts:
        def open_drafts(self, document_id: str) -> Sequence[OpenDraft]:
            return [Draft(3)] if document_id == "returns.md" else []

    desk = open_change_desk(Settings(home=home), conversations.sessions, lambda: embedder, Drafts())
    [brief] = desk.briefs.of(document_id="returns.md")
    assert [each.id for each in desk.open_drafts(brief)] == [3]


@pytest.fixture
def polydesk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], embedder: CentredEmbedder) -> Command:
    monkeypatch.setenv("COLUMNS", "120")
    return command_with(embedder, (knowledge,), monkeypatch, capsys)


def test_the_command_prints_a_brief_for_people(polydesk: Command, home: Path, answered: Answered) -> None:
    message = answered("How long?", Past(DEADLINE, DEADLINE))
    status, out, _ = polydesk("changes", "--document", "returns.md", "--confirm", "--by", "Ana")
    assert status == 0
    for said in ("Returns in Germany", "Deadline: 14 days → 30 days", f"Answer {message}", "wrong", "Read by Ana"):
        assert said in out, out
    german = polydesk("changes", "--document", "returns.md", "--language", "de")[1]
    assert "Frist: 14 days → 30 days" in german and "Länder: Deutschland" in german
    assert "Nothing changed." in polydesk("changes", "--run", "1")[1]


def test_all_the_way_from_two_ingests_to_an_answer_that_became_wrong(
    polydesk: Command, make_home: Callable[[], Path], tmp_path: Path
) -> None:
    home, folder = make_home(), tmp_path / "policies"
    folder.mkdir()
    (folder / "returns.md").write_text(BEFORE["returns.md"], encoding="utf-8")
    assert polydesk("ingest", folder, "--json")[0] == 0
    question = "Within how many days of delivery may customers return an item?"
    answer = json.loads(polydesk("ask", question, "--json")[1])
    assert DEADLINE in answer["answer"]
    message = kept(home, question, Answer.model_validate(answer))
    assert json.loads(polydesk("changes", "--json")[1])["changes"] == []

    (folder / "returns.md").write_text(AFTER["returns.md"], encoding="utf-8")
    assert polydesk("ingest", folder, "--json")[0] == 0
    golden = tmp_path / "golden.jsonl"
    line = {"id": "g1", "question": question, "language": "en", "documents": ["returns.md"], "quote": DEADLINE}
    golden.write_text(json.dumps(line), encoding="utf-8")
    [brief] = json.loads(polydesk("changes", "--json", "--again", "--golden", golden)[1])["changes"]
    assert brief["values"] == [{"kind": "deadline", "old": "14 days", "new": "30 days"}]
    [touched] = brief["touched"]["answers"]
    assert (touched["message_id"], touched["wrong"], touched["quote"]) == (message, True, DEADLINE)
    again = touched["again"]
    assert (again["figures_gone"], again["figures_new"]) == (["14 days"], ["30 days"])
    [named] = brief["touched"]["golden"]
    assert (named["id"], named["quote_gone"], named["again"]["outcome"]) == ("g1", True, "other-figures")


def kept(home: Path, question: str, answer: Answer) -> int:
    store = ConversationStore(default_url(home))
    message = store.start_answer(store.create(question).id, question)
    store.finish_answer(message, "finished", answer)
    store.close()
    return message
