"""Deciding whether given passages answer a question."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.suites import abstention
from eval.suites.abstention import GivenQuestion, Judged, held_out, judged, report
from ingest.embedding.centring import CentredEmbedder
from tests.eval.conftest import write_lines
from tests.support.command import Command


def given(language: str, question: str, answerable: bool) -> GivenQuestion:
    return GivenQuestion(language=language, question=question, passages=("x",), answerable=answerable)


def test_the_mean_error_weighs_both_kinds_of_error_alike() -> None:
    sure = {"a": 0.9, "b": 0.2, "c": 0.5, "d": 0.9, "e": 0.1}

    def probability(question: str, _language: str, _passages: Sequence[str]) -> float:
        return sure[question]

    questions = [
        given("de", "a", True),
        given("de", "b", True),
        given("de", "c", True),  # as sure as it must be
        given("de", "d", False),
        given("ja", "e", False),
    ]
    figures = report(judged(questions, probability), threshold=0.5)
    assert figures["answered_when_unanswerable"] == 0.5
    assert figures["abstained_when_answerable"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["mean_error"] == pytest.approx((1 / 2 + 1 / 3) / 2, abs=1e-4)
    assert figures["by_language"]["de"]["answered_when_unanswerable"] == 1.0
    assert figures["by_language"]["ja"]["mean_error"] is None  # no answerable question is in Japanese
    assert figures["intervals"]["mean_error"]["count"] == 5


def test_a_language_is_held_out_with_the_threshold_of_the_others() -> None:
    def of(language: str, answerable: float, other: float) -> list[Judged]:
        return [Judged(language, True, answerable), Judged(language, False, other)]

    found = [*of("de", 0.9, 0.3), *of("fr", 0.8, 0.2), *of("ja", 0.4, 0.3)]
    scored = held_out(found)
    assert scored is not None
    wrong = [(each.language, name) for each in scored for name, value in each.values.items() if value]
    assert wrong == [("ja", "abstained_when_answerable")]  # 0.8 is where German and French are told apart
    assert report(found, threshold=0.1)["held_out_threshold"]["mean_error"] == pytest.approx(1 / 6, abs=1e-4)
    assert report(found, threshold=0.1)["mean_error"] == 0.5
    assert held_out(of("de", 0.9, 0.3)) is None


def test_a_passage_that_answers_makes_the_suite_answer(
    polydesk: Command, embedder: CentredEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abstention, "open_centred_embedder", lambda *_: embedder)
    question = "Wie lange kann ich eine Matratze zurückgeben?"
    passages = {
        True: ["Rückgabe: Eine Matratze kann 100 Tage lang zurückgegeben werden.", "Der Laden öffnet um neun."],
        False: ["Vulkane entstehen an den Rändern der Erdplatten.", "Der Laden öffnet um neun."],
    }
    lines = [{"language": "de", "question": question, "passages": p, "answerable": yes} for yes, p in passages.items()]
    status, out, _ = polydesk("eval", "abstention", "--data", write_lines(tmp_path / "set.jsonl", lines), "--json")
    figures = json.loads(out)
    assert (status, figures["questions"], figures["mean_error"]) == (0, 2, 0.0)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"language": "de", "question": "?", "passages": ["x"]}, "answerable: Field required"),
        ({"language": "de", "question": "?", "passages": [], "answerable": True}, "passages: "),
        ({"language": "?", "question": "?", "passages": ["x"], "answerable": True}, "language: "),
    ],
)
def test_a_bad_line_is_named(polydesk: Command, tmp_path: Path, line: dict[str, object], said: str) -> None:
    file = write_lines(tmp_path / "set.jsonl", [line])
    status, out, err = polydesk("eval", "abstention", "--data", file)
    assert (status, out) == (2, "")
    assert err.startswith(f"polydesk: {file}:1: {said}") and err.count("\n") == 1
