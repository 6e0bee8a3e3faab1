"""What the quality page says of runs and of drift: escaped, in the page's language, and never more than is known."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.drift.policy import EVERYTHING
from app.drift.report import Change, DriftReport, Moved, NewQuestion
from app.quality.comparisons import Comparison
from app.quality.runs import KeptRun, KeptRuns
from app.quality.verdict import GateFinding, GateVerdict, keep_verdict
from app.ui.quality import drift_markup, models_markup, runs_markup
from app.ui.quality.charts import interval_chart, week_chart
from app.ui.quality.figures import change, written
from app.ui.wording import languages, words_for
from tests.eval.made_runs import items, made_run, shares

EN, DE = words_for("en"), words_for("de")
HOSTILE = "<img src=x onerror=alert(1)>"


def kept(home: Path, id: str, right: int, **more: object) -> KeptRun:
    outcomes = {"golden": items("document_recall", shares(right, 100)), "latency": items("first_sentence_ms", [500.0])}
    made_run(home, id, outcomes, **more)
    return next(run for run in KeptRuns(home).runs() if run.head.id == id)


def report(**changed: object) -> DriftReport:
    changes = (
        Change(what="languages", size=0.2, p=0.0005, adjusted=0.0035, alarm=True,
               moved=(Moved(name="pl", before=0.05, now=0.25),)),
        Change(what="topics", size=0.3, p=0.001, adjusted=0.007, alarm=True,
               moved=(Moved(name="", before=0, now=0.2, example=HOSTILE), Moved(name=HOSTILE, before=0.1, now=0))),
        Change(what="abstentions", before=0.1, now=0.4, size=0.3, p=0.0005, adjusted=0.0035, alarm=True),
        Change(what="evidence", before=0.75, now=0.74, size=0.01, p=0.002, adjusted=0.007),
        Change(what="support", before=0.8, now=None, size=0),
    )  # fmt: skip
    made = DriftReport(
        week="2026-W47", made_at=datetime(2026, 11, 20, tzinfo=UTC), questions=60, conversations=30, weeks_before=8,
        questions_before=400, golden=10, enough=True, level=0.01, changes=changes, weeks=(), uncovered={"pl": 15},
        new_questions=(),
    )  # fmt: skip
    return made.model_copy(update=changed)


def test_a_tile_says_the_figure_its_interval_and_how_it_moved(tmp_path: Path) -> None:
    baseline, run = kept(tmp_path, "a", 90), kept(tmp_path, "b", 80)
    html = runs_markup.tiles_html(run, baseline, EN)
    assert "80.0 %" in html and "−10.0" in html and "pd-worse" in html and "100 items" in html
    assert "80,0 %" in runs_markup.tiles_html(run, baseline, DE)
    assert "500 ms" in html and "× 1.00" in html
    other = kept(tmp_path, "c", 80, data={"golden": "others"})
    assert "−10.0" not in runs_markup.tiles_html(other, baseline, EN)  # other items are another question


def test_what_fell_is_marked_and_told(tmp_path: Path) -> None:
    kept(tmp_path, "a", 50)
    finding = GateFinding(
        suite="golden", measure="document_recall", asks=HOSTILE, status="fell", value=0.5, baseline=0.9, reason=HOSTILE
    )
    keep_verdict(tmp_path / "runs" / "a", GateVerdict(run="a", baseline=None, passes=False, findings=(finding,)))
    (run,) = KeptRuns(tmp_path).runs()
    assert "pd-tile pd-bad" in runs_markup.tiles_html(run, None, EN)
    html = runs_markup.findings_html([finding], EN)
    assert "90.0 %" in html and "50.0 %" in html and "<img" not in html
    assert runs_markup.findings_html([], EN) == ""


def test_names_from_files_are_escaped(tmp_path: Path) -> None:
    run = kept(tmp_path, "a", 50, name=HOSTILE)
    assert "<img" not in runs_markup.run_facts_html(run, HOSTILE, EN)
    comparison = Comparison.model_validate(
        {
            "models": [{"model": HOSTILE, "suites": {HOSTILE: {"intervals": {HOSTILE: {"value": 1, "count": 1}}}},
                        "flaws": [{"code": "x", "said": HOSTILE}]}],
            "advice": [{"use": HOSTILE, "model": HOSTILE, "because": HOSTILE}],
        }
    )  # fmt: skip
    for draw in (models_markup.advice_html, models_markup.compared_html, models_markup.flaws_html):
        assert "<img" not in draw(comparison, EN) and "&lt;img" in draw(comparison, EN)
    empty = Comparison(models=())
    assert models_markup.flaws_html(empty, EN) == models_markup.compared_html(empty, EN) == ""


@pytest.mark.parametrize("language", languages())
def test_alarms_are_said_in_words_of_the_language(language: str) -> None:
    words = words_for(language)
    html = drift_markup.alarms_html(report(), words)
    assert "<img" not in html and "{" not in html
    assert html.count("<li>") == 3 + 3
    for what in EVERYTHING:
        assert f"quality.alarm.{what}" in words.entries and f"quality.what.{what}" in words.entries


def test_the_table_tells_change_from_chance_and_from_what_is_too_small() -> None:
    html = drift_markup.changes_html(report(), EN)
    assert html.count("pd-changed") == 3
    assert "&lt; 0.01" in html and "too small to matter" in html and "too few to tell" in html
    assert "Polish (15)" in drift_markup.uncovered_html(report(), EN)
    assert drift_markup.uncovered_html(report(uncovered={}), EN) == ""


def test_a_new_question_is_shown_in_its_language_with_placeholders() -> None:
    new = NewQuestion(
        question=f"هل يمكن <PERSON_1> {HOSTILE}", language="ar", asked=1, conversations=1, languages=("ar",),
        likeness=0.2, documents=(HOSTILE,),
    )  # fmt: skip
    html = drift_markup.new_question_html(new, EN)
    assert 'lang="ar" dir="rtl"' in html and "&lt;PERSON_1&gt;" in html and "<img" not in html
    assert "asked once" in html and "Arabic" in html


def test_figures_are_written_as_their_unit_and_the_language_have_it() -> None:
    assert written(0.5, "golden", "document_recall", "de") == "50,0 %"
    assert written(1234.4, "latency", "first_sentence_ms", "en") == "1,234 ms"
    assert written(None, "latency", "first_sentence_ms", "en") == "–"
    assert written(0.5, "of another version", "x", "en") == "50.0 %"
    assert change(0.8, 0.8, "golden", "document_recall", "en") == "±0.0"
    assert change(750, 500, "latency", "first_sentence_ms", "en") == "× 1.50"


def test_charts_stay_within_what_values_can_be_and_tell_models_apart() -> None:
    row = {"at": "2026-11-01", "value": 0.98, "low": 0.9, "high": 1.0, "series": 0, "model": "a"}
    chart = interval_chart([row, {**row, "model": "b", "series": 1}], True, EN)
    values = chart["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert values[1] == 1.0 and 0.8 < values[0] < 0.9
    assert len(set(chart["encoding"]["color"]["scale"]["range"])) == 2 and chart["encoding"]["color"]["legend"]
    assert interval_chart([row], True, EN)["encoding"]["color"]["legend"] is None
    weeks = week_chart([{"week": "W1", "value": None}, {"week": "W2", "value": 0.2}], True, "t", EN)
    assert weeks["layer"][1]["encoding"]["tooltip"][0]["title"] == "t"
