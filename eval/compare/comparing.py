"""Run the suites on each model, and say which to take for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.quality.measures import suites_about
from eval.compare.flaws import Flaw, first_words_ms, flaw_rules, flaws_of
from eval.errors import EvalUserError
from eval.gates.evidence import difference
from eval.gates.judging import SURE
from eval.runs.folder import RunFolder
from eval.runs.printing import as_object

SUITES = ("golden", "latency")
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
class Comparison:
    """Models with their runs and flaws, in the order in which they were named."""

    runs: Mapping[str, RunFolder]
    flaws: Mapping[str, Sequence[Flaw]]
    advice: Sequence[Advice]

    def as_object(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {
            "models": [
                {
                    "model": name,
                    **{key: value for key, value in as_object(run).items() if key != "model"},
                    "flaws": [
                        {"code": each.code, "said": each.said, "examples": each.examples} for each in self.flaws[name]
                    ],
                }
                for name, run in self.runs.items()
            ],
            "advice": [{"use": each.use, "model": each.model, "because": each.because} for each in self.advice],
        }


def compare(runs: Mapping[str, RunFolder]) -> Comparison:
    """What the runs of several models say.

    :raises EvalUserError: there is nothing to compare.
    """
    if len(runs) < 2:
        raise EvalUserError("name at least two models to compare")
    flaws = {name: flaws_of(name, runs) for name in runs}
    return Comparison(runs, flaws, advised(runs, flaws))


def advised(runs: Mapping[str, RunFolder], flaws: Mapping[str, Sequence[Flaw]]) -> list[Advice]:
    """Which model to take for what; a model with fewer flaws where the items do not tell two apart."""
    found = [_best(runs, flaws, "answers from your documents", *_QUALITY)]
    found.append(_best(runs, flaws, "not answering what no document says", *_ABSTAINING))
    times = {name: took for name, run in runs.items() if (took := first_words_ms(run)) is not None}
    if times:
        fastest = min(times, key=lambda name: times[name])
        found.append(Advice("short waits", fastest, f"{times[fastest]:,.0f} ms until the first words, median"))
    return [each for each in found if each is not None]


def _best(
    runs: Mapping[str, RunFolder], flaws: Mapping[str, Sequence[Flaw]], use: str, suite: str, measure: str
) -> Advice | None:
    about = suites_about()[suite].measures[measure]
    values = {
        name: figure.value
        for name, run in runs.items()
        if (figures := run.figures(suite)) and (figure := figures.measures.get(measure)) and figure.value is not None
    }
    if not values:
        return None
    ahead = max(values, key=lambda name: (about.sign * values[name], -len(flaws[name])))
    level = [name for name in values if name != ahead and not _is_worse(runs[name], runs[ahead], suite, measure)]
    best = min([ahead, *level], key=lambda name: len(flaws[name]))
    said = f"{about.title}: {about.written(values[best])}"
    least = flaw_rules().fit.get(measure)
    if least is not None and about.sign * (values[best] - least) < 0:
        return Advice(use, NONE, f"{said} at best ({best}), and {about.written(least)} is the least")
    others = [name for name in (ahead, *level) if name != best]
    if others:
        rest = ", ".join(f"{name} ({about.written(values[name])})" for name in others)
        return Advice(use, best, f"{said}; these questions do not tell it from {rest}")
    return Advice(use, best, f"{said}; the others are worse by more than chance")


def _is_worse(run: RunFolder, than: RunFolder, suite: str, measure: str) -> bool:
    about = suites_about()[suite].measures[measure]
    moved = difference(measure, about, run.outcomes(suite), than.outcomes(suite))
    return moved.value < 0 and moved.p_worse < SURE
