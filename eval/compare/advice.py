"""Say which model to take for what: by what the items tell, then by flaws, cost and duties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.costs.counting import written_amount
from app.models.licensing import Licensed
from app.quality.measures import MeasureAbout, suites_about
from eval.compare.flaws import Flaw, first_words_ms, flaw_rules
from eval.gates.evidence import difference
from eval.gates.judging import SURE
from eval.report.wording import say
from eval.runs.costs import RunCost
from eval.runs.folder import RunFolder

NONE = "none of them"
_QUALITY = ("golden", "document_recall")
_ABSTAINING = ("golden", "abstention_recall")


@dataclass(frozen=True)
class Advice:
    """Which model for what, and why.

    :param model: :data:`NONE` where not even the best is fit for it.
    """

    use: str
    model: str
    because: str


@dataclass(frozen=True)
class Compared:
    """All that is known of the models that are compared, by their names."""

    runs: Mapping[str, RunFolder]
    flaws: Mapping[str, Sequence[Flaw]]
    costs: Mapping[str, RunCost]
    licences: Mapping[str, Licensed | None]

    @property
    def ruled_out(self) -> dict[str, str]:
        """The models whose licence keeps them out of production, and how."""
        return {name: each.rules_out for name, each in self.licences.items() if each and each.rules_out}

    @property
    def allowed(self) -> list[str]:
        """The others."""
        return [name for name in self.runs if name not in self.ruled_out]

    def figure(self, name: str, suite: str, measure: str) -> float | None:
        """One figure of a model."""
        figures = self.runs[name].figures(suite)
        figure = figures.measures.get(measure) if figures else None
        return figure.value if figure else None


def advised(compared: Compared) -> list[Advice]:
    """Which model to take for what; never one for production whose licence rules that out."""
    found = [
        _best(compared, say("use_answers"), *_QUALITY),
        _best(compared, say("use_abstaining"), *_ABSTAINING),
        _fastest(compared),
        _cheapest(compared),
    ]
    return [each for each in found if each is not None]


def _best(compared: Compared, use: str, suite: str, measure: str) -> Advice | None:
    about = suites_about()[suite].measures[measure]
    every = {name: compared.figure(name, suite, measure) for name in compared.runs}
    values = {name: value for name, value in every.items() if value is not None and name in compared.allowed}
    if not values:
        barred = any(value is not None for value in every.values())
        return Advice(use, NONE, say("all_ruled_out")) if barred else None
    ahead = max(values, key=lambda name: (about.sign * values[name], -len(compared.flaws[name])))
    level = [name for name in values if name != ahead and not is_worse(compared, name, ahead, suite, measure)]
    best, why = _among_equals(compared, [ahead, *level])
    said = f"{about.title}: {about.written(values[best])}"
    least = flaw_rules().fit.get(measure)
    if least is not None and about.sign * (values[best] - least) < 0:
        return Advice(use, NONE, f"{said} at best ({best}), and {about.written(least)} is the least")
    others = [name for name in (ahead, *level) if name != best]
    if others:
        rest = ", ".join(f"{name} ({about.written(values[name])})" for name in others)
        because = f"{said}; these questions do not tell it from {rest}{why}"
    else:
        because = f"{said}; the others are worse by more than chance" if len(values) > 1 else said
    return Advice(use, best, because + _passed_over(compared, every, about, values[best]))


def _among_equals(compared: Compared, names: Sequence[str]) -> tuple[str, str]:
    """Of models that the questions do not tell apart: fewest flaws, then the lowest cost, then the fewest duties."""
    fewest = min(len(compared.flaws[name]) for name in names)
    left = [name for name in names if len(compared.flaws[name]) == fewest]
    if len(left) == 1:
        return left[0], say("fewer_flaws") if len(names) > 1 else ""
    known = _comparable(compared, left)
    if known:
        low = min(known.values())
        left = [name for name in left if known[name] == low]
        if len(left) < len(known):
            dearer = min((name for name in known if name not in left), key=lambda name: known[name])
            return left[0], say("cheaper", cost=compared.costs[left[0]].said, other=compared.costs[dearer].said)
    free = [name for name in left if (own := compared.licences[name]) and own.free]
    if free and len(free) < len(left):
        return free[0], say("fewer_duties")
    return left[0], ""


def _fastest(compared: Compared) -> Advice | None:
    times = {name: took for name in _fit(compared) if (took := first_words_ms(compared.runs[name])) is not None}
    if not times:
        return None
    fastest = min(times, key=lambda name: times[name])
    return Advice(say("use_waits"), fastest, say("waits", time=f"{times[fastest]:,.0f} ms"))


def _cheapest(compared: Compared) -> Advice | None:
    """Of the models that are fit; nothing where the cost of one is not known, for that one could be cheaper."""
    names = _fit(compared)
    known = _comparable(compared, names)
    if len(names) < 2 or not known:
        return None
    lowest = min(known, key=lambda name: known[name])
    dearest = max(known, key=lambda name: known[name])
    if known[lowest] == known[dearest]:
        return None
    cost = compared.costs[lowest]
    return Advice(
        say("use_cost"),
        lowest,
        say("costs", cost=cost.said, other=written_amount(known[dearest], cost.currency), dearest=dearest),
    )


def _fit(compared: Compared) -> list[str]:
    """The models that are good enough to be advised for anything; all where the questions were not asked."""
    least = flaw_rules().fit["document_recall"]
    values = {name: compared.figure(name, *_QUALITY) for name in compared.allowed}
    return [name for name, value in values.items() if value is None or value >= least]


def _comparable(compared: Compared, names: Sequence[str]) -> dict[str, Decimal] | None:
    """What 1,000 answers of each cost; None where one is not known, or they are in several currencies."""
    costs = {name: compared.costs[name] for name in names}
    if len({cost.currency for cost in costs.values()}) != 1:
        return None
    known = {name: cost.per_thousand for name, cost in costs.items() if cost.per_thousand is not None}
    return known if len(known) == len(costs) else None


def _passed_over(compared: Compared, every: Mapping[str, float | None], about: MeasureAbout, taken: float) -> str:
    """What to say of models that are at least as good and that a licence rules out."""
    better = [
        f"{name} ({about.written(value)}; {compared.ruled_out[name]})"
        for name, value in every.items()
        if name in compared.ruled_out and value is not None and about.sign * (value - taken) >= 0
    ]
    return say("passed_over", models=", ".join(better)) if better else ""


def is_worse(compared: Compared, name: str, than: str, suite: str, measure: str) -> bool:
    """Whether a model is worse than another by more than chance."""
    about = suites_about()[suite].measures[measure]
    runs = compared.runs
    moved = difference(measure, about, runs[name].outcomes(suite), runs[than].outcomes(suite))
    return moved.value < 0 and moved.p_worse < SURE
