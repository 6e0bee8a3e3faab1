"""Name what is wrong with a model, in words, with what shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from app.quality.measures import suites_about
from eval.runs.folder import RunFolder
from guardrails.yamlfile import load_yaml
from prompts.slots import fill

_FILE = Path(__file__).with_name("flaws.yaml")
_EXAMPLES = 2


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ShareFlaw(_Part):
    """A share that is too low."""

    suite: str
    measure: str
    below: float = Field(gt=0, le=1)
    said: str


class SlowFlaw(_Part):
    """Too slow beside the fastest."""

    times: float = Field(gt=1)
    least_ms: float = Field(ge=0)
    said: str


class UnreliableFlaw(_Part):
    """Too many answers that did not come."""

    above: float = Field(ge=0, le=1)
    said: str


class FlawRules(_Part):
    """The whole of ``flaws.yaml``."""

    shares: dict[str, ShareFlaw]
    fit: dict[str, float]  # by measure the least that a model is advised with
    slow: SlowFlaw
    unreliable: UnreliableFlaw


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong with a model."""

    code: str
    said: str
    examples: tuple[dict[str, str], ...] = ()


@cache
def flaw_rules() -> FlawRules:
    """The rules.

    :raises PolicyError: the file is malformed, with the line.
    """
    return load_yaml(_FILE, FlawRules)


def flaws_of(name: str, runs: Mapping[str, RunFolder]) -> list[Flaw]:
    """What is wrong with one of some models."""
    rules, run = flaw_rules(), runs[name]
    found = [flaw for code, rule in rules.shares.items() if (flaw := _of_share(code, rule, run))]
    return [*found, *_slow(name, runs), *_unreliable(run)]


def _of_share(code: str, rule: ShareFlaw, run: RunFolder) -> Flaw | None:
    figures = run.figures(rule.suite)
    figure = figures.measures.get(rule.measure) if figures else None
    if figure is None or figure.value is None or figure.high is None or figure.high >= rule.below:
        return None
    about = suites_about()[rule.suite].measures[rule.measure]
    wrong = [
        each.evidence
        for each in run.outcomes(rule.suite)
        if each.evidence and about.is_bad(each.values.get(rule.measure, 1.0))
    ]
    said = fill(rule.said, {"share": about.written(figure.value), "count": str(figure.count)})
    return Flaw(code, said, tuple(wrong[:_EXAMPLES]))


def _slow(name: str, runs: Mapping[str, RunFolder]) -> list[Flaw]:
    rule = flaw_rules().slow
    times = {each: took for each, run in runs.items() if (took := first_words_ms(run)) is not None}
    mine = times.get(name)
    fastest = min(times, key=lambda each: times[each], default=name)
    if mine is None or mine < rule.times * times[fastest] or mine - times[fastest] < rule.least_ms:
        return []
    factor = f"{mine / max(times[fastest], 1e-9):.1f}"
    return [Flaw("slow", fill(rule.said, {"share": f"{mine:,.0f} ms", "times": factor, "other": fastest}))]


def first_words_ms(run: RunFolder) -> float | None:
    """Median milliseconds until the first words."""
    figures = run.figures("latency")
    figure = figures.measures.get("first_sentence_ms") if figures else None
    return figure.value if figure else None


def _unreliable(run: RunFolder) -> list[Flaw]:
    rule = flaw_rules().unreliable
    found = [each for each in run.all_figures().values() if each.missing_share > rule.above]
    if not found:
        return []
    reasons = sorted({reason for each in found for reason in each.missing})
    count = sum(sum(each.missing.values()) for each in found)
    return [Flaw("unreliable", fill(rule.said, {"count": str(count), "reasons": ", ".join(reasons)}))]
