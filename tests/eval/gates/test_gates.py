"""What the gates say of runs whose items are known: what fell, what may be chance, what is not there."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.gates.judging import Finding, Verdict, judge
from eval.gates.policy import GATES_PATH, Gates, load_gates
from eval.runs.outcome import Outcome
from guardrails.errors import PolicyError
from tests.eval.made_runs import failed, items, made_run, shares

RECALL = {"suite": "golden", "measure": "document_recall"}


def gates(*wanted: dict[str, object], **more: object) -> Gates:
    return Gates.model_validate({"confidence": 0.95, "missing_at_most": 0.05, "gates": wanted, **more})


def judged(home: Path, values: Sequence[float], before: Sequence[float] | None, gate: dict[str, object]) -> Finding:
    """What one gate on the recall of the golden questions says."""
    run = made_run(home, "run", {"golden": items("document_recall", values)})
    baseline = made_run(home, "before", {"golden": items("document_recall", before)}) if before is not None else None
    (found,) = judge(run, baseline, gates({**RECALL, **gate})).findings
    return found


@pytest.mark.parametrize(
    ("right", "status"),
    [(90, "holds"), (80, "holds"), (78, "unsure"), (60, "fell")],
)
def test_a_mark_falls_only_when_the_items_show_that_it_is_missed(tmp_path: Path, right: int, status: str) -> None:
    assert judged(tmp_path, shares(right, 100), None, {"at_least": 0.8}).status == status


def test_a_mark_below_which_something_has_to_stay_is_read_the_other_way_round(tmp_path: Path) -> None:
    gate = gates({"suite": "hostile", "measure": "hostile_reached", "at_most": 0.2})
    for id, right, status in (("a", 10, "holds"), ("b", 22, "unsure"), ("c", 45, "fell")):
        run = made_run(tmp_path, id, {"hostile": items("hostile_reached", shares(right, 100))})
        assert judge(run, None, gate).findings[0].status == status


@pytest.mark.parametrize(
    ("lost", "gained", "status"),
    [(0, 0, "holds"), (1, 0, "holds"), (3, 3, "unsure"), (6, 3, "unsure"), (13, 0, "fell"), (0, 13, "holds")],
)
def test_items_that_both_runs_have_are_compared_in_pairs(tmp_path: Path, lost: int, gained: int, status: str) -> None:
    before = [0.0] * 16 + [1.0] * 116
    after = [1.0] * gained + before[gained : len(before) - lost] + [0.0] * lost
    found = judged(tmp_path, after, before, {"not_worse_by": 0.03})
    assert found.status == status
    assert "the same 132 items" in found.reason


def test_a_loss_within_what_is_allowed_does_not_fall_however_sure_it_is(tmp_path: Path) -> None:
    found = judged(tmp_path, [1.0] * 970 + [0.0] * 30, [1.0] * 1000, {"not_worse_by": 0.05})
    assert found.status == "holds"


def test_runs_over_other_items_are_compared_as_a_whole(tmp_path: Path) -> None:
    before = made_run(tmp_path, "before", {"golden": items("document_recall", shares(270, 300))})
    others = [each.model_copy(update={"id": f"o-{each.id}"}) for each in items("document_recall", shares(180, 300))]
    same = [each.model_copy(update={"id": f"o-{each.id}"}) for each in items("document_recall", shares(269, 300))]
    gate = gates({**RECALL, "not_worse_by": 0.03})
    fell, held = (judge(made_run(tmp_path, id, {"golden": o}), before, gate) for id, o in (("w", others), ("s", same)))
    assert fell.findings[0].status == "fell" and "other items" in fell.findings[0].reason
    assert not held.fell


def test_values_of_one_ticket_are_not_taken_for_independent(tmp_path: Path) -> None:
    def tickets(wrong: int) -> list[Outcome]:
        return [
            Outcome(id=f"t-{at}#{field}", language="en", values={"accuracy": float(at >= wrong)})
            for at in range(40)
            for field in range(10)
        ]

    before = made_run(tmp_path, "before", {"triage": tickets(0)})
    after = made_run(tmp_path, "after", {"triage": tickets(3)})
    (found,) = judge(after, before, gates({"suite": "triage", "measure": "accuracy", "not_worse_by": 0.03})).findings
    assert found.status == "unsure"  # 30 of 400 values, but 3 of 40 tickets


def test_one_exception_is_enough_where_there_may_be_none(tmp_path: Path) -> None:
    gate = gates({"suite": "drafts", "measure": "no_promise", "no_exceptions": True})
    run = made_run(tmp_path, "run", {"drafts": items("no_promise", [1.0] * 99 + [0.0])})
    (found,) = judge(run, None, gate).findings
    assert (found.status, found.reason) == ("fell", "1 of 100: i-99")


@pytest.mark.parametrize("why", ["not run", "failed", "no values"])
def test_what_is_not_there_fails(tmp_path: Path, why: str) -> None:
    run = made_run(tmp_path, "run", {"retrieval": items("recall@5", [1.0])})
    if why == "failed":
        failed(run, "golden", "the store does not answer")
    if why == "no values":
        run = made_run(tmp_path, "other", {"golden": items("abstention_recall", [1.0])})
    verdict = judge(run, None, gates({**RECALL, "at_least": 0.1}))
    assert [each.status for each in verdict.fell] == ["missing"]
    assert why != "failed" or "the store does not answer" in verdict.fell[0].reason
    assert not verdict.passes()


def test_what_only_a_model_has_may_be_missing_without_one(tmp_path: Path) -> None:
    run = made_run(tmp_path, "run", {"golden": items("document_recall", [1.0])})
    gate = {"suite": "golden", "measure": "written_in_language", "at_least": 0.9, "optional": True}
    assert judge(run, None, gates(gate)).passes()


def test_timeouts_are_no_scores_and_too_many_of_them_fail(tmp_path: Path) -> None:
    late = [Outcome(id=f"late-{at}", language="en", missing="model-timeout") for at in range(10)]
    run = made_run(tmp_path, "run", {"golden": [*items("document_recall", [1.0] * 90), *late]})
    figures = run.all_figures()["golden"]
    assert (figures.measures["document_recall"].value, figures.measures["document_recall"].count) == (1.0, 90)
    assert figures.missing == {"model-timeout": 10}
    (found,) = judge(run, None, gates({**RECALL, "at_least": 0.1})).findings
    assert (found.status, found.reason) == ("missing", "10 × model-timeout")


def test_without_a_baseline_comparisons_are_left_out_and_said_to_be(tmp_path: Path) -> None:
    assert judged(tmp_path, [1.0], None, {"not_worse_by": 0.03}).status == "no-baseline"


def test_times_fall_when_they_are_many_times_what_they_were(tmp_path: Path) -> None:
    gate = gates({"suite": "latency", "measure": "cpu_ms", "at_most_times": 2})
    draw = random.Random(5)
    before = made_run(tmp_path, "b", {"latency": items("cpu_ms", [draw.uniform(80, 200) for _ in range(24)])})
    busy = made_run(tmp_path, "1", {"latency": items("cpu_ms", [draw.uniform(110, 260) for _ in range(24)])})
    slow = made_run(tmp_path, "2", {"latency": items("cpu_ms", [draw.uniform(400, 900) for _ in range(24)])})
    assert [len(judge(run, before, gate).fell) for run in (busy, slow)] == [0, 1]


def test_twenty_repetitions_with_nothing_but_noise_never_fall(tmp_path: Path) -> None:
    """As a model at a temperature has it: each item right with a chance of its own, every run drawn anew."""
    known = load_gates()
    draw = random.Random(11)
    chances: dict[tuple[str, str], list[float]] = {}
    for gate in known.gates:
        if not gate.no_exceptions and not gate.about.is_cost:
            good = [draw.choice((0.98, 0.98, 0.95, 0.9)) for _ in range(132)]
            chances[gate.suite, gate.measure] = good if gate.about.sign > 0 else [1 - each for each in good]

    def drawn(id: str) -> Verdict:
        outcomes: dict[str, list[Outcome]] = {gate.suite: [] for gate in known.gates}
        for (suite, measure), each in chances.items():
            values = [float(draw.random() < chance) for chance in each]
            outcomes[suite] += [
                outcome.model_copy(update={"id": f"{measure}-{outcome.id}"}) for outcome in items(measure, values)
            ]
        for gate in known.gates:
            if gate.no_exceptions:
                outcomes[gate.suite] += items(gate.measure, [1.0] * 24)
            elif gate.about.is_cost:
                outcomes[gate.suite] += items(gate.measure, [draw.uniform(90, 160) for _ in range(24)])
        run = made_run(tmp_path, id, outcomes)
        return judge(run, baseline, known) if id != "baseline" else Verdict(run.manifest, None, ())

    from eval.runs.folder import RunFolder

    baseline = RunFolder(tmp_path / "runs" / "baseline")
    drawn("baseline")
    for at in range(20):
        verdict = drawn(f"again-{at}")
        assert verdict.passes(), [(each.gate.measure, each.asks, each.reason, each.p) for each in verdict.fell]


def test_a_gate_that_is_spelt_wrong_is_named_with_its_line(tmp_path: Path) -> None:
    text = GATES_PATH.read_text(encoding="utf-8").replace("suite: pii, measure: recall", "suite: pii, measure: recal")
    file = tmp_path / "gates.yaml"
    file.write_text(text, encoding="utf-8")
    line = next(at for at, each in enumerate(text.splitlines(), 1) if "measure: recal," in each)
    with pytest.raises(PolicyError, match=rf"gates\.yaml.*{line}.*pii recal is not known"):
        load_gates(file)


def test_every_suite_of_a_run_has_a_gate() -> None:
    from app.quality.measures import suites_about

    assert {gate.suite for gate in load_gates().gates} == set(suites_about())
