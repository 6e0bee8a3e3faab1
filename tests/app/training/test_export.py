"""What people accepted becomes training data: nothing personal, nothing of an evaluation, split by time.

Some records; ``POLYDESK_RECORDS=504 python -m pytest tests/app/training`` looks at as many.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from app.errors import AppUserError
from app.training.accepted import accepted_since
from app.training.export import Exported, export_training_data
from app.training.records import Terms
from app.training.splitting import PARTS
from eval.kept_apart import KeptApart
from tests.app.desk.drafts.playing import RETURNS
from tests.app.training.making import PERSONAL, QUESTIONS, THUMB_DOWN, accept_answers, send_drafts

TERMS = Terms("Art. 6 (1) f GDPR, record 12", "internal use only")
RECORDS = int(os.environ.get("POLYDESK_RECORDS", "48")) // 12 * 12  # two answers for each draft, in four languages
APART = "How long does a refund to a prepaid card take?"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConversationStore]:
    store = ConversationStore(default_url(tmp_path_factory.mktemp("home")))
    for language, question in QUESTIONS:
        accept_answers(store, [question.format(n=n) for n in range(RECORDS // 6)], language)
        send_drafts(store, [question.format(n=n) for n in range(2000, 2000 + RECORDS // 12)], language)
    accept_answers(store, [QUESTIONS[0][1].format(n=3)], "en")  # said before, word for word
    accept_answers(store, [f"Hello. {APART}"], "en")
    accept_answers(store, ["Is this answer wrong?"], "en", THUMB_DOWN)
    yield store
    store.close()


def exported(store: ConversationStore, folder: Path) -> Exported:
    return export_training_data(
        accepted_since(store.sessions, date(2020, 1, 1)), folder, TERMS, "", None, KeptApart([APART])
    )


@pytest.fixture(scope="module")
def written(store: ConversationStore, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return exported(store, tmp_path_factory.mktemp("out") / "data")


def lines(written: Exported) -> list[dict[str, Any]]:
    files = [written.folder / f"{part}.jsonl" for part in PARTS]
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def test_what_was_accepted_is_there_once(written: Exported) -> None:
    records = lines(written)
    assert len(records) == sum(written.records.values()) == RECORDS
    assert {each["kind"] for each in records} == {"answer", "draft"}
    assert (written.repeated, written.of_an_evaluation) == (1, 1)
    assert not any("refund" in each["messages"][1]["content"] for each in records)


def test_nothing_personal_is_in_it_and_placeholders_are(written: Exported) -> None:
    everything = "".join(file.read_text(encoding="utf-8") for file in written.folder.iterdir())
    assert [value for value in PERSONAL if value in everything] == []
    assert "<PERSON_1>" in everything


def test_a_model_learns_to_say_what_a_passage_says_with_its_number_and_nothing_else(written: Exported) -> None:
    for each in lines(written):
        roles = [turn["role"] for turn in each["messages"]]
        assert roles == ["system", "user", "assistant"]
        assert RETURNS in each["messages"][1]["content"]
        wanted = RETURNS if each["kind"] == "answer" else RETURNS.replace("Articles", "All articles")
        assert each["messages"][2]["content"] == f"{wanted} [1]"


def test_the_parts_follow_each_other_in_time(written: Exported) -> None:
    assert set(written.records) == set(PARTS)
    assert [written.records[part] for part in ("validation", "test")] == pytest.approx([RECORDS / 10] * 2, abs=1)
    order = [each["record"] for each in lines(written) if each["kind"] == "answer"]
    assert order == sorted(order, key=lambda name: int(name.split("-")[1]))


def test_the_same_desk_gives_the_same_files(store: ConversationStore, written: Exported, tmp_path: Path) -> None:
    again = exported(store, tmp_path / "again")
    for part in PARTS:
        name = f"{part}.jsonl"
        assert (again.folder / name).read_bytes() == (written.folder / name).read_bytes()


def test_the_card_names_ground_and_terms(written: Exported) -> None:
    card = (written.folder / "README.md").read_text(encoding="utf-8")
    assert TERMS.consent in card and TERMS.licence in card and f"| train | {written.records['train']} |" in card


def test_it_opens_with_the_library_that_trainers_use(written: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("datasets", reason="datasets is not installed")
    files = {part: str(written.folder / f"{part}.jsonl") for part in PARTS}
    opened = datasets.load_dataset("json", data_files=files, cache_dir=str(written.folder.parent / "cache"))
    assert {part: len(opened[part]) for part in PARTS} == written.records
    assert opened["train"][0]["messages"][2]["role"] == "assistant"


def test_a_folder_with_something_in_it_is_left_alone(store: ConversationStore, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(AppUserError, match="there is something in it already"):
        exported(store, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]
