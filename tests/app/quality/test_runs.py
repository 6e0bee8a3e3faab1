"""Kept runs are read as they lie in the home, of this version and of others, and only what changed is read again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.quality.comparisons import keep_comparison, last_comparison
from app.quality.measures import suites_about
from app.quality.runs import KeptRuns
from app.quality.trends import measures_of, trend_of
from app.quality.verdict import GateVerdict, keep_verdict
from app.ui.wording import words_for
from eval.gates.printing import gate_and_print
from eval.runs.manifest import ModelVersion
from eval.runs.shelf import RunShelf
from tests.eval.made_runs import failed, items, made_run, shares

BEGUN = datetime(2026, 11, 1, 9, tzinfo=UTC)


def run_of(home: Path, day: int, right: int, **more: object) -> str:
    id = f"2026-11-{day:02}T09-00-00-nightly"
    outcomes = {"golden": items("document_recall", shares(right, 100))}
    data = {"data": {"golden": "d1"}, **more}
    made_run(home, id, outcomes, started=BEGUN + timedelta(days=day - 1), **data)
    return id


def test_runs_are_read_the_latest_first_with_figures_and_baseline(tmp_path: Path) -> None:
    runs = KeptRuns(tmp_path)
    assert runs.runs() == [] and runs.baseline() == ""
    first, second = run_of(tmp_path, 1, 90), run_of(tmp_path, 2, 80)
    RunShelf(tmp_path).mark_baseline(RunShelf(tmp_path).find(first))
    assert [run.head.id for run in runs.runs()] == [second, first]
    assert runs.baseline() == first
    figure = runs.runs()[0].figure("golden", "document_recall")
    assert figure and (figure.value, figure.count) == (0.8, 100) and figure.low and figure.low < 0.8
    assert runs.runs()[0].figure("golden", "no_such") is None


def test_only_what_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = run_of(tmp_path, 1, 90), run_of(tmp_path, 2, 80)
    runs = KeptRuns(tmp_path)
    before = {run.head.id: run for run in runs.runs()}
    failed(RunShelf(tmp_path).find(second), "golden", "the server went away")
    after = {run.head.id: run for run in runs.runs()}
    assert after[first] is before[first]
    assert after[second].suites["golden"].error == "the server went away"
    assert after[second].figure("golden", "document_recall") is None


def test_what_cannot_be_read_is_left_out_and_fields_of_another_version_do_no_harm(tmp_path: Path) -> None:
    kept = run_of(tmp_path, 1, 90)
    head = tmp_path / "runs" / kept / "run.json"
    head.write_text(json.dumps({**json.loads(head.read_text()), "brand_new": {"x": 1}}))
    for name, content in (("torn", '{"id": "to'), ("stranger", head.read_text())):
        (tmp_path / "runs" / name).mkdir()
        (tmp_path / "runs" / name / "run.json").write_text(content)
    hostile = tmp_path / "runs" / "hostile"
    hostile.mkdir()
    (hostile / "run.json").write_text(head.read_text().replace(kept, "hostile").replace('"golden"', '"../secret"'))
    (tmp_path / "runs" / "secret.json").write_text('{"suite": "secret", "items": 1}')
    found = {run.head.id: run for run in KeptRuns(tmp_path).runs()}
    assert found.keys() == {kept, "hostile"}
    assert found["hostile"].suites == {}


def test_a_trend_joins_what_was_measured_on_the_same_items_with_the_same_model(tmp_path: Path) -> None:
    other = ModelVersion(name="ollama:mistral-small")
    ids = [
        run_of(tmp_path, 1, 70, data={"golden": "d0"}),
        run_of(tmp_path, 2, 90),
        run_of(tmp_path, 3, 80, model=other),
        run_of(tmp_path, 4, 85, sizes={"golden": 10}),
        run_of(tmp_path, 5, 60),
    ]
    runs = KeptRuns(tmp_path).runs()
    trend = trend_of(runs, "golden", "document_recall", baseline=ids[1])
    assert [point.run for point in trend.points] == ids
    series = [point.series for point in trend.points]
    assert series[1] == series[4] and len(set(series)) == 4
    assert trend.others == 2  # other data, another sample; another model on the same items can be compared
    assert [point.is_baseline for point in trend.points] == [False, True, False, False, False]
    assert all(point.low <= point.value <= point.high for point in trend.points)
    assert measures_of(runs) == {"golden": ["document_recall"]}
    assert trend_of(runs, "pii", "recall").points == ()


def test_what_the_gates_say_is_kept_with_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POLYDESK_HOME", str(tmp_path))
    kept = run_of(tmp_path, 1, 10)
    runs = KeptRuns(tmp_path)
    assert runs.runs()[0].verdict is None
    assert not gate_and_print(kept, None, None, False, False, True)
    capsys.readouterr()
    verdict = runs.runs()[0].verdict
    assert verdict and not verdict.passes and verdict.baseline is None
    assert any(each.measure == "document_recall" for each in verdict.with_status("fell"))
    # A run that lies where nothing can be written is judged all the same.
    keep_verdict(tmp_path / "nowhere", GateVerdict(run="x", baseline=None, passes=True))


def test_the_last_comparison_that_can_be_read_is_shown(tmp_path: Path) -> None:
    assert last_comparison(tmp_path) is None
    content = {
        "models": [
            {
                "model": name,
                "run": "r",
                "suites": {"golden": {"document_recall": value, "intervals": {"document_recall": {
                    "value": value, "count": 9, "low": 0.1, "high": 0.9}}}},
                "flaws": [{"code": "slow", "said": "It is slow.", "examples": []}],
            }
            for name, value in (("a", 0.5), ("b", 0.7))
        ],
        "advice": [{"use": "answers", "model": "b", "because": "better"}],
    }  # fmt: skip
    keep_comparison(tmp_path, content, "<p>page</p>", BEGUN)
    keep_comparison(tmp_path, {"models": "torn"}, "", BEGUN + timedelta(days=1))
    kept = last_comparison(tmp_path)
    assert kept and kept.at == BEGUN and kept.page and kept.page.read_text() == "<p>page</p>"
    assert [model.model for model in kept.content.models] == ["a", "b"]
    assert kept.content.models[1].suites["golden"].intervals["document_recall"].value == 0.7
    assert kept.content.advice[0].model == "b" and kept.content.models[0].flaws[0].said == "It is slow."


def test_the_page_has_words_for_every_suite_and_measure() -> None:
    words = words_for("en").entries
    for suite, about in suites_about().items():
        assert words[f"quality.suite.{suite}"] == about.title
        missing = [name for name in about.measures if f"quality.measure.{suite}.{name}" not in words]
        assert missing == []
