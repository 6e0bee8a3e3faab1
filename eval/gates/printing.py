"""``polydesk eval gate``: the verdict for a person, and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from app.quality.measures import suites_about
from app.quality.verdict import GateVerdict, keep_verdict
from app.settings import load_settings
from eval.errors import EvalUserError
from eval.gates.judging import Finding, Verdict, judge
from eval.gates.policy import GATES_PATH, load_gates
from eval.reporting import print_json
from eval.runs.shelf import RunShelf
from guardrails.errors import PolicyError

_WORDS = {
    "holds": "holds",
    "unsure": "too few items to tell",
    "fell": "FELL",
    "missing": "MISSING",
    "no-baseline": "not compared",
}


def gate_and_print(
    wanted: str | None, baseline: str | None, gates: Path | None, strict: bool, every: bool, as_json: bool
) -> bool:
    """Judge a run; whether the change may go out.

    :param baseline: the run to compare with; the one that is marked when None.
    :param every: list what holds as well.
    :raises EvalUserError: there is no such run, or the gates cannot be read.
    """
    verdict = judged(wanted, baseline, gates)
    judged_run = RunShelf(load_settings().home).find(verdict.run.id)  # a later one may be the latest by now
    keep_verdict(judged_run.path, GateVerdict.model_validate(as_object(verdict, strict)))
    if as_json:
        print_json(as_object(verdict, strict))
    else:
        _print(verdict, strict, every)
    return verdict.passes(strict)


def judged(wanted: str | None, baseline: str | None, gates: Path | None) -> Verdict:
    """What the gates say of a run.

    :raises EvalUserError: there is no such run, or the gates cannot be read.
    """
    shelf = RunShelf(load_settings().home)
    run = shelf.find(wanted)
    marked = shelf.find(baseline) if baseline else shelf.baseline()
    if marked is not None and marked.path == run.path:
        marked = None  # it cannot be worse than itself
    try:
        known = load_gates(gates or GATES_PATH)
    except PolicyError as error:
        raise EvalUserError(str(error)) from None
    return judge(run, marked, known)


def as_object(verdict: Verdict, strict: bool = False) -> dict[str, Any]:
    """The verdict as ``--json`` prints it."""
    return {
        "run": verdict.run.id,
        "baseline": verdict.baseline.id if verdict.baseline else None,
        "passes": verdict.passes(strict),
        "differs_in": verdict.differences,
        "findings": [
            {
                "suite": each.gate.suite,
                "measure": each.gate.measure,
                "asks": each.asks,
                "status": each.status,
                "value": each.value,
                "baseline": each.baseline,
                "low": each.low,
                "high": each.high,
                "items": each.items,
                "reason": each.reason,
                "p": each.p,
            }
            for each in verdict.findings
        ],
    }


def _print(verdict: Verdict, strict: bool, every: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    against = f" against {verdict.baseline.id}" if verdict.baseline else ", no baseline"
    console.print(f"{verdict.run.id}{against}", markup=False)
    if verdict.differences:
        console.print(f"They differ in {', '.join(verdict.differences)}.", markup=False)
    listed = [each for each in verdict.findings if every or each.blocks or each.status == "unsure"]
    if listed:
        table = Table()
        for column in ("", "suite", "measure", "was", "is", "it should be", "because"):
            table.add_column(column, justify="right" if column in ("was", "is") else "left", overflow="fold")
        for each in sorted(listed, key=lambda found: list(_WORDS).index(found.status), reverse=True):
            table.add_row(*_cells(each))
        console.print(table)
    counts = {status: sum(each.status == status for each in verdict.findings) for status in _WORDS}
    said = ", ".join(f"{count} {_WORDS[status].lower()}" for status, count in counts.items() if count)
    typer.echo(f"{'Passed' if verdict.passes(strict) else 'Not passed'}: {said}.")


def _cells(found: Finding) -> tuple[str, ...]:
    about = found.gate.about
    suite = suites_about()[found.gate.suite].title
    is_about_measure = found.asks != "be there"
    return (
        _WORDS[found.status],
        suite,
        about.title if is_about_measure else "",
        about.written(found.baseline) if found.baseline is not None else "",
        about.written(found.value) if found.value is not None else "",
        found.asks,
        found.reason,
    )
