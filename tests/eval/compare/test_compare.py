"""Models with planted flaws: each is found and named, in the JSON and on the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.compare.comparing import compare
from eval.compare.page import comparison_page
from eval.runs.outcome import Outcome
from tests.eval.compare.flawed import FOREIGN_AND_SLOW, GOOD, INVENTING, PLANTED, flawed, golden_folder
from tests.eval.made_runs import items, made_run, shares
from tests.eval.runs.homes import home_over
from tests.support.command import Command
from tests.support.ollama import OllamaServer, ScriptedBackend


@pytest.mark.slow
def test_each_planted_flaw_is_found_and_named(
    sample_home: Path, tmp_path: Path, polydesk: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYDESK_HOME", str(home_over(sample_home, tmp_path / "home")))
    backend = ScriptedBackend(default=flawed)
    with OllamaServer(backend, (GOOD, FOREIGN_AND_SLOW, INVENTING)) as server:
        monkeypatch.setenv("POLYDESK_OLLAMA_URL", server.url)
        page = tmp_path / "page.html"
        status, out, err = polydesk(
            *("models", "compare", GOOD, FOREIGN_AND_SLOW, INVENTING),
            *("--golden", golden_folder(tmp_path / "golden"), "--json", "-o", page),
        )
    assert status == 0, err
    found = json.loads(out)
    flaws = {each["model"]: {flaw["code"] for flaw in each["flaws"]} for each in found["models"]}
    assert all(planted <= flaws[f"ollama:{model}"] for model, planted in PLANTED.items())
    assert flaws[f"ollama:{GOOD}"] == set()
    assert {each["model"] for each in found["advice"] if each["use"] != "short waits"} == {f"ollama:{GOOD}"}
    html = page.read_text(encoding="utf-8")
    assert all(words in html for words in ("Writes in another language", "Invents figures", "Slow:", "4,711.37"))
    assert all(each["manifest"]["model"]["digest"] for each in found["models"])


def test_models_that_the_questions_do_not_tell_apart_are_said_to_be_level(tmp_path: Path) -> None:
    runs = {
        name: made_run(tmp_path, name, {"golden": items("document_recall", shares(right, 60))})
        for name, right in (("a", 50), ("b", 51))
    }
    assert "do not tell it from" in compare(runs).advice[0].because
    better = made_run(tmp_path, "c", {"golden": items("document_recall", [1.0] * 60)})
    assert (compare({**runs, "c": better}).advice[0].model, compare({**runs, "c": better}).advice[0].because) == (
        "c",
        "answered from the right document: 100.0%; the others are worse by more than chance",
    )


def test_where_not_even_the_best_is_fit_none_is_advised(tmp_path: Path) -> None:
    runs = {
        name: made_run(tmp_path, name, {"golden": items("document_recall", shares(right, 60))})
        for name, right in (("a", 3), ("b", 20))
    }
    advice = compare(runs).advice[0]
    assert (advice.model, advice.because) == (
        "none of them",
        "answered from the right document: 33.3% at best (b), and 50.0% is the least",
    )


def test_timeouts_are_a_flaw_and_markup_in_what_a_model_wrote_stays_text(tmp_path: Path) -> None:
    late = [Outcome(id=f"late-{at}", missing="model-timeout") for at in range(6)]
    written = items("written_in_language", [0.0] * 30, evidence={"got": "<script>alert(1)</script>"})
    runs = {
        "a": made_run(tmp_path, "a", {"golden": [*items("document_recall", [1.0] * 30), *late]}),
        "<b>": made_run(tmp_path, "b", {"golden": written}),
    }
    found = compare(runs)
    assert [flaw.code for flaw in found.flaws["a"]] == ["unreliable"]
    assert "model-timeout" in found.flaws["a"][0].said
    page = comparison_page(found)
    assert "<script>" not in page and "&lt;script&gt;" in page and "&lt;b&gt;" in page


@pytest.mark.parametrize(("state", "status"), [("finished", 0), ("incomplete", 1)])
def test_a_suite_that_could_not_be_run_with_one_of_them_is_told_by_the_exit_status(
    state: str, status: int, tmp_path: Path, polydesk: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {
        "ollama:a": made_run(tmp_path, "a", {"golden": items("document_recall", [1.0])}),
        "ollama:b": made_run(tmp_path, "b", {"golden": items("document_recall", [1.0])}, state=state),
    }
    monkeypatch.setenv("POLYDESK_HOME", str(tmp_path))
    monkeypatch.setattr("eval.compare.command._made", lambda *_: made)
    assert polydesk("models", "compare", "a", "b", "--json")[0] == status
