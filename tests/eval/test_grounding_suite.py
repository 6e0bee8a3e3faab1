"""The grounding suite counts what the gate passes by what is true, in every group."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.errors import EvalUserError
from eval.grounding_lines import GroundingLine, read_grounding
from eval.suites.grounding import Judged, print_grounding, report
from guardrails.verdicts import SentenceVerdict


def judged(supported: bool, passed: bool, language: str = "en", kind: str = "negation") -> Judged:
    line = GroundingLine(language=language, passages=("A text.",), sentence="A text.", supported=supported, kind=kind)
    return Judged(line, SentenceVerdict(passed, 0.5, (), (), ()), 10.0)


FOUND = [
    judged(True, True),
    judged(True, True, "de"),
    judged(True, False, kind="quantity"),
    judged(True, True),
    judged(False, True),
    judged(False, False, "de"),
]


def test_the_figures_are_those_of_the_field() -> None:
    figures = report(FOUND)
    assert figures["recall"] == 0.75
    assert figures["refused"] == 0.5
    assert figures["balanced_accuracy"] == 0.625
    assert figures["precision"] == 0.75
    assert figures["f1"] == 0.75
    assert figures["by_language"]["de"]["balanced_accuracy"] == 1.0
    assert figures["by_kind"]["quantity"]["balanced_accuracy"] is None
    assert figures["intervals"]["recall"]["count"] == 4
    assert figures["ms_per_sentence"] == 10.0


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    print_grounding(FOUND, as_json=True)
    assert json.loads(capsys.readouterr().out)["sentences"] == 6


def test_a_line_with_too_few_languages_is_named(tmp_path: Path) -> None:
    data = tmp_path / "some.jsonl"
    line = {"id": "x-1", "language": "en", "passages": ["a", "b"], "passage_languages": ["en"], "sentence": "s"}
    data.write_text(json.dumps({**line, "supported": True}), encoding="utf-8")
    with pytest.raises(EvalUserError, match="x-1"):
        read_grounding(data)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvalUserError, match=r"no \*\.jsonl file"):
        read_grounding(tmp_path)
