"""Changes that make things worse fail the gate, each for its own reason; what changes nothing does not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

import prompts.answering as answering
from eval.gates.judging import Verdict, judge
from eval.gates.policy import GATES_PATH, Gates
from eval.ranking import recall, reciprocal_rank
from eval.runs.folder import RunFolder
from eval.runs.outcome import Outcome
from eval.runs.shelf import RunShelf
from guardrails.policy import POLICY_PATH
from ingest.embedding.centring import CentredEmbedder
from prompts.files import load
from tests.eval.made_runs import made_run
from tests.eval.runs.homes import home_over
from tests.support.command import Command
from tests.support.hashed_embedder import hashed
from tests.support.ollama.asking import MODEL, Scripted
from tests.support.ollama.backend import GenerationRequest

SAMPLE = Path(__file__).resolve().parents[3] / "ingest" / "sample"


def shipped_gates(*suites: str) -> Gates:
    """The shipped gates on these suites."""
    content = yaml.safe_load(GATES_PATH.read_text(encoding="utf-8"))
    return Gates.model_validate(content | {"gates": [each for each in content["gates"] if each["suite"] in suites]})


def ran(polydesk: Command, name: str, *arguments: object) -> RunFolder:
    """A run of the command that went well."""
    status, out, err = polydesk("eval", "all", "--name", name, "--json", *arguments)
    assert status == 0, err
    return RunFolder(Path(json.loads(out)["folder"]))


def fell(verdict: Verdict) -> set[tuple[str, str]]:
    return {(each.gate.suite, each.gate.measure) for each in verdict.fell}


@pytest.mark.slow
def test_an_index_without_a_tenth_of_the_documents_falls_and_the_same_index_again_does_not(
    sample_home: Path, tmp_path: Path, polydesk: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYDESK_HOME", str(home_over(sample_home, tmp_path / "whole")))
    before, again = (ran(polydesk, name, "--suites", "retrieval") for name in ("before", "again"))
    assert polydesk("eval", "baseline", "before")[0] == 0
    file = tmp_path / "gates.yaml"
    file.write_text(shipped_gates("retrieval").model_dump_json(exclude_none=True), encoding="utf-8")
    status, out, _ = polydesk("eval", "gate", "again", "--gates", file, "--json")
    verdict = json.loads(out)
    assert (status, verdict["passes"], verdict["differs_in"]) == (0, True, [])
    compared = [each["reason"] for each in verdict["findings"] if each["baseline"] is not None]
    assert compared == ["unchanged on the same 132 items"] * 2
    monkeypatch.setenv("POLYDESK_HOME", str(home_over(sample_home, tmp_path / "less", without_each=10)))
    after = ran(polydesk, "after", "--suites", "retrieval")
    status, out, _ = polydesk("eval", "gate", "--baseline", before.path, "--gates", file)
    assert status == 1
    assert "the documents" in out and "FELL" in out and "Not passed" in out
    assert ("retrieval", "recall@5") in fell(judge(after, before, shipped_gates("retrieval")))
    assert [each.values for each in before.outcomes("retrieval")] == [
        each.values for each in again.outcomes("retrieval")
    ]


@pytest.mark.slow
def test_a_guard_that_is_off_falls(
    models_folder: Path, tmp_path: Path, polydesk: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYDESK_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "models").symlink_to(models_folder)
    size = ("--suites", "attacks", "--size", 72)
    before = ran(polydesk, "before", *size)
    policy = yaml.safe_load(POLICY_PATH.read_text(encoding="utf-8"))
    policy["injection"]["enabled"] = False
    off = tmp_path / "policy.yaml"
    off.write_text(yaml.safe_dump(policy, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("POLYDESK_POLICY", str(off))
    verdict = judge(ran(polydesk, "off", *size), before, shipped_gates("attacks"))
    assert fell(verdict) == {("attacks", "recall")}
    assert "the policy" in verdict.differences


@pytest.mark.slow
def test_a_broken_prompt_falls(
    sample_home: Path, tmp_path: Path, polydesk: Command, ollama_scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model that does as it is told: it cites because the prompt says so, and answers only from the passages."""
    monkeypatch.setenv("POLYDESK_HOME", str(home_over(sample_home, tmp_path / "home")))
    monkeypatch.setenv("POLYDESK_OLLAMA_URL", ollama_scripted.url)

    def obedient(request: GenerationRequest) -> str:
        lines = [line for line in request.user_text.splitlines() if line.startswith("[1] ")]
        if "only from the passages" not in request.system_text or not lines:
            return "Unfortunately this takes 99 days and costs 4,711 dollars, as far as we know."
        at = request.user_text.splitlines().index(lines[0])
        return f"{request.user_text.splitlines()[at + 1][:300]} [1]"

    ollama_scripted.backend._default = obedient
    size = ("--suites", "golden", "--size", 40, "--model", MODEL)
    before = ran(polydesk, "before", *size)
    broken = tmp_path / "answer.yaml"
    broken.write_text(
        answering._TEMPLATE.read_text(encoding="utf-8").replace("only from the passages", "as you like"),
        encoding="utf-8",
    )
    monkeypatch.setattr(answering, "_template", lambda: load(broken, answering.AnswerTemplate))
    verdict = judge(ran(polydesk, "broken", *size), before, shipped_gates("golden"))
    assert ("golden", "written_supported") in fell(verdict)
    assert before.manifest.model.digest


def test_a_worse_embedding_model_falls(embedder: CentredEmbedder, tmp_path: Path) -> None:
    """One that knows words as they are written and nothing of what they mean in another language."""
    models = (("e5", embedder), ("words", hashed()))
    before, after = (made_run(tmp_path, name, {"retrieval": found_by(model)}) for name, model in models)
    verdict = judge(after, before, shipped_gates("retrieval"))
    assert {("retrieval", "recall@1"), ("retrieval", "recall@5")} <= fell(verdict)
    assert judge(before, before, shipped_gates("retrieval")).findings[1].reason.startswith("unchanged on the same")


def found_by(model: CentredEmbedder) -> list[Outcome]:
    """Where the sentence that answers each golden question stands among all of them, by one model's vectors alone."""
    files = sorted((SAMPLE / "golden").glob("*.jsonl"))
    lines = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    asked = [each for each in lines if each["answerable"]]
    quotes = list(dict.fromkeys(each["quote"] for each in asked))

    def ranked(scores: Sequence[float]) -> list[str]:
        return [quotes[at] for at in sorted(range(len(quotes)), key=lambda at: -scores[at])]

    passages = model.embed(quotes, ["en"] * len(quotes), "passage")
    questions = model.embed([each["question"] for each in asked], [each["language"] for each in asked], "query")
    outcomes = []
    for each, scores in zip(asked, questions @ passages.T, strict=True):
        order, judged = ranked(scores.tolist()), {each["quote"]: 1.0}
        values = {f"recall@{k}": recall(order, judged, k) for k in (1, 5)}
        values["mrr@10"] = reciprocal_rank(order, judged, 10)
        outcomes.append(Outcome(id=each["id"], language=each["language"], values=values))
    return outcomes


def test_a_run_that_was_interrupted_goes_on_where_it_was(
    tmp_path: Path, polydesk: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from eval.runs import running

    monkeypatch.setenv("POLYDESK_HOME", str(tmp_path / "home"))
    asked: list[str] = []

    def suite(name: str, error: str = "") -> running.Suite:
        def run(_context: object, _size: int | None) -> list[Outcome]:
            asked.append(name)
            if error:
                raise OSError(error)
            return [Outcome(id="1", language="de", values={"accuracy": 1.0})]

        return run

    monkeypatch.setattr(
        running, "SUITES", {"triage": suite("triage", "the disk is away"), "language": suite("language")}
    )
    status, out, err = polydesk("eval", "all", "--json")
    found = json.loads(out)
    assert (status, found["state"]) == (1, "incomplete")
    assert found["suites"]["triage"]["error"] == "the disk is away" and "triage failed" in err
    assert found["suites"]["language"]["accuracy"] == 1.0
    monkeypatch.setattr(running, "SUITES", {"triage": suite("triage"), "language": suite("language")})
    status, out, _ = polydesk("eval", "all", "--resume", "--json")
    assert (status, json.loads(out)["state"]) == (0, "finished")
    assert asked == ["triage", "language", "triage"]
    assert len(RunShelf(tmp_path / "home").runs()) == 1
    assert polydesk("eval", "all", "--resume")[0] == 2


def test_a_run_is_not_gone_on_with_under_another_policy(
    tmp_path: Path, polydesk: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from eval.runs import running

    def broken(_context: object, _size: int | None) -> list[Outcome]:
        raise OSError("no")

    monkeypatch.setenv("POLYDESK_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(running, "SUITES", {"language": broken})
    assert polydesk("eval", "all", "--suites", "language")[0] == 1
    other = tmp_path / "policy.yaml"
    other.write_text(POLICY_PATH.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    monkeypatch.setenv("POLYDESK_POLICY", str(other))
    status, _, err = polydesk("eval", "all", "--resume")
    assert status == 2 and "the policy" in err


def test_what_cannot_be_used_is_said_on_one_line(
    tmp_path: Path, polydesk: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYDESK_HOME", str(tmp_path / "home"))
    for arguments, said in (
        (("all", "--suites", "golden,nothing"), "no suite is called nothing"),
        (("all", "--model", "ollama:llama3.1:8b"), "does not list it"),
        (("all", "--resume"), "no run is unfinished"),
        (("show",), "there is no run yet"),
        (("gate",), "there is no run yet"),
        (("report", "--against", "baseline"), "there is no run yet"),
    ):
        status, _, err = polydesk("eval", *arguments)
        assert status == 2 and said in err and err.count("\n") == 1
