"""Golden questions whose answer stands in words that changed are named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.desk.changes.change import Change
from app.desk.changes.golden import touched_golden
from app.errors import AppUserError
from app.golden import read_golden
from tests.app.desk.changes.test_confirmations import RETURNS

CHANGE = Change(kinds=("deadline",), old="Returns take 14 days.", new="Returns take 30 days.", language="en")
BRIEF = replace(RETURNS, uri="file:///srv/policies/en/returns.md", changes=(CHANGE,))


def test_a_question_is_touched_by_its_quote_or_where_it_has_none_by_its_document(tmp_path: Path) -> None:
    file = tmp_path / "golden.jsonl"
    file.write_text(
        '{"id": "a", "question": "How long?", "documents": ["en/returns.md"], "quote": "Returns take 14 days"}\n'
        '{"id": "b", "question": "Who pays?", "documents": ["en/returns.md"], "quote": "We pay."}\n'
        '{"id": "c", "question": "What else?", "documents": ["en/returns.md"]}\n'
        '{"id": "d", "question": "Where?", "documents": ["de/returns.md"]}\n',
        encoding="utf-8",
    )
    questions = read_golden(file)
    assert [(each.id, each.quote_gone) for each in touched_golden(BRIEF, questions)] == [("a", True), ("c", False)]
    gone = touched_golden(replace(BRIEF, what="retired"), questions)
    assert [each.id for each in gone] == ["a", "b", "c"]
    assert touched_golden(replace(BRIEF, what="new"), questions) == []


def test_yaml_is_read_as_well(tmp_path: Path) -> None:
    file = tmp_path / "golden.yaml"
    file.write_text("- {id: a, question: Wie lange, documents: [returns.md]}\n", encoding="utf-8")
    assert [each.id for each in read_golden(file)] == ["a"]


@pytest.mark.parametrize("content", ["{", '{"id": "a"}', "[1"])
def test_what_is_wrong_with_the_file_is_said_on_one_line(tmp_path: Path, content: str) -> None:
    file = tmp_path / "golden.jsonl"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(AppUserError, match=r"--golden .*golden\.jsonl") as error:
        read_golden(file)
    assert "\n" not in str(error.value)
    with pytest.raises(AppUserError, match="cannot be read"):
        read_golden(tmp_path / "none.jsonl")
