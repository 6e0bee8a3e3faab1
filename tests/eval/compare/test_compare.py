"""Models with planted flaws: each is found and named, in the JSON and on the page."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from eval.compare.comparing import compare
from eval.compare.page import comparison_page
from eval.runs.outcome import Outcome
from tests.eval.made_runs import items, made_run, shares
from tests.eval.runs.homes import home_over
from tests.support.command import Command
from tests.support.ollama import OllamaServer, ScriptedBackend
from tests.support.ollama.backend import GenerationRequest

SAMPLE = Path(__file__).resolve().parents[3] / "ingest" / "sample"
GOOD, FOREIGN_AND_SLOW, INVENTING = "mistral-small:24b", "mistral:7b", "llama3.1:8b"
# What a good model writes, from a passage in another language; the passage is the one with the question's quote.
ANSWERS = {
    "W-010": "Goods without a Merova order number are kept for 60 days in pallet cage F",
    "W-018": "The call-out charge is 29.00 €, and it is free for Oak members",
    "W-030": "New pieces come on to the shelves on Friday at 11 o'clock",
    "W-045": "There is a loan machine for the Bruna B1 and the Lumo R2 where the repair takes over ten working days",
    "W-062": "We do not ask for a copy of the identity card any more",
    "O-003": "Merova accepts the return for 21 days with the till receipt and the price label",
    "O-018": "Sova mattresses are stored lying flat only, at most 6 in a stack",
    "O-027": "We never ask for a scan or a photo of the identity card",
}
# What no document answers, though the search finds something near enough for a model to be asked.
UNANSWERABLE = ("W-074", "W-075", "W-080", "W-082", "O-071", "O-072", "O-082", "O-083", "O-085")


def questions() -> dict[str, dict[str, object]]:
    files = sorted((SAMPLE / "golden").glob("*.jsonl"))
    lines = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return {each["id"]: each for each in lines}


def flawed(request: GenerationRequest) -> str:
    """What the model of the request's tag writes."""
    tag = str(request.body["model"])
    if tag == INVENTING:
        return "The fee is 4,711.37 dollars, and it has to be paid within 93 days [1]."
    if tag == FOREIGN_AND_SLOW:
        time.sleep(1.5)
    known = questions()
    asked = next((each for each in ANSWERS if str(known[each]["question"]) in request.user_text), None)
    before, found, _ = request.user_text.partition(str(known[asked]["quote"]) if asked else "no quote")
    if asked is None or not found:
        return "NO_ANSWER"
    if tag == FOREIGN_AND_SLOW:
        return "Hyllan ska monteras av två personer, och skruvarna ligger i den lilla påsen bredvid [1]."
    number = re.findall(r"^\[(\d+)\] ", before, re.MULTILINE)[-1]
    return f"{ANSWERS[asked]} [{number}]."


@pytest.mark.slow
def test_each_planted_flaw_is_found_and_named(
    sample_home: Path, tmp_path: Path, polydesk: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    golden = tmp_path / "golden"
    golden.mkdir()
    known = questions()
    lines = [json.dumps(known[id], ensure_ascii=False) for id in (*ANSWERS, *UNANSWERABLE)]
    (golden / "some.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (golden / "suite.yaml").write_text((SAMPLE / "golden" / "suite.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("POLYDESK_HOME", str(home_over(sample_home, tmp_path / "home")))
    backend = ScriptedBackend(default=flawed)
    with OllamaServer(backend, (GOOD, FOREIGN_AND_SLOW, INVENTING)) as server:
        monkeypatch.setenv("POLYDESK_OLLAMA_URL", server.url)
        page = tmp_path / "page.html"
        status, out, err = polydesk(
            *("models", "compare", GOOD, FOREIGN_AND_SLOW, INVENTING),
            *("--golden", golden, "--json", "-o", page),
        )
    assert status == 0, err
    found = json.loads(out)
    flaws = {each["model"]: {flaw["code"] for flaw in each["flaws"]} for each in found["models"]}
    assert {"wrong-language", "slow"} <= flaws[f"ollama:{FOREIGN_AND_SLOW}"]
    assert {"invented-figures", "never-abstains"} <= flaws[f"ollama:{INVENTING}"]
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
