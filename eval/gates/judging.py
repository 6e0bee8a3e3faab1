"""Hold a run against the gates, and against its baseline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from eval.gates.evidence import Difference, difference, p_below, values_by_cluster
from eval.gates.policy import Gate, Gates
from eval.runs.figures import figure_of
from eval.runs.folder import RunFolder
from eval.runs.manifest import Manifest
from eval.runs.outcome import Outcome

# holds: the items show it. unsure: they are too few to tell. fell: they show that it does not hold.
# missing: there is nothing to judge, which counts as fallen. no-baseline: nothing to compare with, which does not.
Status = Literal["holds", "unsure", "fell", "missing", "no-baseline"]
SURE = 0.05  # chance, one-sided, at which a single difference counts as one
_BLOCKING = frozenset(("fell", "missing"))


@dataclass(frozen=True)
class Finding:
    """One thing that a gate asks for, and what the run says to it."""

    gate: Gate
    asks: str  # in words
    status: Status
    value: float | None = None
    baseline: float | None = None
    low: float | None = None  # of the value, or of the difference where there is a baseline
    high: float | None = None
    items: int = 0
    reason: str = ""
    p: float | None = None  # of a test that chance could fail; see :mod:`eval.gates.evidence`
    least_p: float = 0.0
    compared: bool = False  # with the baseline

    @property
    def blocks(self) -> bool:
        """Whether a change may not go out for it."""
        return self.status in _BLOCKING


@dataclass(frozen=True)
class Verdict:
    """What the gates say of a run."""

    run: Manifest
    baseline: Manifest | None
    findings: tuple[Finding, ...]

    @property
    def fell(self) -> list[Finding]:
        """What keeps the change back."""
        return [each for each in self.findings if each.blocks]

    @property
    def unsure(self) -> list[Finding]:
        """What the items are too few to tell."""
        return [each for each in self.findings if each.status == "unsure"]

    def passes(self, strict: bool = False) -> bool:
        """Whether the change may go out; ``strict``: not while anything is unsure, either."""
        return not self.fell and not (strict and self.unsure)

    @property
    def differences(self) -> list[str]:
        """What is not the same in run and baseline, in words."""
        return self.run.differences(self.baseline) if self.baseline else []


def judge(run: RunFolder, baseline: RunFolder | None, gates: Gates) -> Verdict:
    """Hold ``run`` against every gate.

    What misses its mark falls only where that is no chance, all gates together.
    """
    findings: list[Finding] = []
    outcomes: dict[str, tuple[list[Outcome], list[Outcome]]] = {}
    suites = dict.fromkeys(gate.suite for gate in gates.gates)
    for suite in suites:
        outcomes[suite] = (run.outcomes(suite), baseline.outcomes(suite) if baseline else [])
        findings += _of_suite(suite, run, gates, outcomes[suite][0])
    lost = {each.gate.suite for each in findings if each.status == "missing"}
    for gate in gates.gates:
        if gate.suite not in lost:
            findings += _of_gate(gate, *outcomes[gate.suite], has_baseline=baseline is not None)
    return Verdict(run.manifest, baseline.manifest if baseline else None, tuple(_settled(findings, gates)))


def _of_suite(suite: str, run: RunFolder, gates: Gates, outcomes: Sequence[Outcome]) -> list[Finding]:
    """What is wrong with a suite as a whole."""
    gate = next(each for each in gates.gates if each.suite == suite)
    figures = run.figures(suite)
    if figures is None:
        if all(each.optional for each in gates.gates if each.suite == suite):
            return []
        return [Finding(gate, "be there", "missing", reason="the suite was not run")]
    if figures.state == "failed" or not outcomes:
        return [Finding(gate, "be there", "missing", reason=figures.error or "it has no items")]
    if figures.missing_share > gates.missing_at_most:
        asks, share = f"at most {gates.missing_at_most:.0%} without a value", figures.missing_share
        said = ", ".join(f"{count} × {reason}" for reason, count in sorted(figures.missing.items()))
        return [Finding(gate, asks, "missing", value=share, items=figures.items, reason=said)]
    return []


def _of_gate(
    gate: Gate, outcomes: Sequence[Outcome], baseline: Sequence[Outcome], *, has_baseline: bool
) -> Iterable[Finding]:
    figure = figure_of(gate.measure, gate.about, outcomes)
    if figure.value is None:
        if not gate.optional:
            yield Finding(gate, "be there", "missing", reason="no item has a value for it")
        return
    known = Finding(gate, "", "holds", figure.value, None, figure.low, figure.high, figure.count)
    if gate.no_exceptions:
        yield _without_exceptions(known, outcomes)
    for bound, words in ((gate.at_least, "at least"), (gate.at_most, "at most")):
        if bound is not None:
            yield _against_bound(replace(known, asks=f"{words} {gate.about.written(bound)}"), bound, outcomes)
    if gate.not_worse_by is not None or gate.at_most_times is not None:
        yield _against_baseline(known, outcomes, baseline, has_baseline)


def _without_exceptions(known: Finding, outcomes: Sequence[Outcome]) -> Finding:
    gate = known.gate
    wrong = [each for each in outcomes if gate.about.is_bad(each.values.get(gate.measure, gate.about.sign > 0))]
    first = f"{len(wrong)} of {known.items}: {', '.join(each.id for each in wrong[:3])}" if wrong else ""
    return replace(known, asks="no exception", status="fell" if wrong else "holds", reason=first)


def _against_bound(known: Finding, bound: float, outcomes: Sequence[Outcome]) -> Finding:
    gate, value = known.gate, known.value or 0.0
    sign = gate.about.sign
    if sign * (value - bound) >= 0:
        return replace(known, p=1.0)
    p = p_below(values_by_cluster(gate.measure, outcomes), gate.about, bound)
    return replace(known, status="fell", p=p, reason=f"{gate.about.written(value)} of {known.items} items")


def _against_baseline(
    known: Finding, outcomes: Sequence[Outcome], baseline: Sequence[Outcome], has_baseline: bool
) -> Finding:
    gate = known.gate
    times = gate.at_most_times
    asks = f"at most {times:g} times the baseline" if times else f"not worse by more than {gate.not_worse_by:.1%}"
    before = figure_of(gate.measure, gate.about, baseline).value if baseline else None
    if before is None:
        why = "the baseline has no such figure" if has_baseline else "no run is marked as the baseline"
        return replace(known, asks=asks, status="no-baseline", reason=why)
    moved = difference(gate.measure, gate.about, outcomes, baseline)
    found = replace(known, asks=asks, baseline=before, low=moved.low, high=moved.high, items=moved.items)
    found = replace(found, p=moved.p_worse, least_p=moved.least_p, compared=True)
    pairs = f"the same {moved.items} items" if moved.paired else f"{moved.items} other items"
    if times:
        said = f"{moved.value:.2f} times on {pairs}"
        if moved.value > times:
            return replace(found, status="fell", reason=said)
        return replace(found, status="unsure" if moved.high > times else "holds", reason=said)
    margin = gate.not_worse_by or 0.0
    said = f"{_points(moved)} on {pairs}"
    if moved.value < -margin:
        return replace(found, status="fell", reason=said)
    return replace(found, status="unsure" if moved.low < -margin else "holds", reason=said)


def _points(moved: Difference) -> str:
    if moved.value == 0 and moved.low == 0 and moved.high == 0:
        return "unchanged"
    way = "better" if moved.value >= 0 else "worse"
    return f"{abs(moved.value) * 100:.1f} points {way}"


def _settled(findings: Sequence[Finding], gates: Gates) -> list[Finding]:
    """Those that miss their mark by what may well be chance are unsure.

    Marks and comparisons share the chance of being wrong; within each, only tests that could fall at all count.
    """
    settled = list(findings)
    for compared in (False, True):
        family = [at for at, each in enumerate(findings) if each.p is not None and each.compared is compared]
        level = _level((1 - gates.confidence) / 2, [findings[at].least_p for at in family])
        for at in family:
            found = findings[at]
            if found.status == "fell" and found.p is not None and found.p > level:
                settled[at] = replace(found, status="unsure", reason=f"{found.reason}; may be chance")
    return settled


def _level(chance: float, least: Sequence[float]) -> float:
    """The p-value at which a test falls, so that all of them together are wrong with ``chance`` at most (Tarone 1990).

    :param least: the least p-value that each test could have had; those that cannot fall do not count.
    """
    shared = next(k for k in range(1, len(least) + 2) if sum(each <= chance / k for each in least) <= k)
    return chance / shared
