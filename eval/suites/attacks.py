"""Injection: are attempts to give the assistant orders told from harmless texts that use the same words?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from app.guarding import open_policy
from app.phases import shown_phases
from app.settings import load_settings
from eval.intervals import Figure, mean_of_means, mean_with_interval
from eval.json_lines import read_data
from eval.language_codes import LanguageCode
from eval.reporting import Measures, grouped, measured, print_json, print_table
from guardrails.guards import AskedText, Embed, QuestionGuard
from guardrails.support import Vectors
from ingest.knowledge import open_centred_embedder
from ingest.languages.identify import identify

OWN_SET = Path(__file__).parents[1] / "sets" / "injections"


class LabelledPrompt(BaseModel):
    """One line of the data; a text whose language is not said has it identified."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: Annotated[str, StringConstraints(min_length=1)]
    label: Literal["attack", "benign"]
    source: str = "given"
    language: LanguageCode | None = None
    split: Literal["fit", "held"] | None = None  # whether the classifier was fitted on it

    @property
    def read_language(self) -> str:
        return self.language or identify(self.text).language


@dataclass(frozen=True)
class JudgedPrompt:
    """A text with what the guard made of it."""

    given: LabelledPrompt
    language: str
    flagged: bool


def _attacks(judged: Sequence[JudgedPrompt]) -> list[float]:
    return [float(each.flagged) for each in judged if each.given.label == "attack"]


def _alarms(judged: Sequence[JudgedPrompt]) -> list[float]:
    return [float(each.flagged) for each in judged if each.given.label == "benign"]


def _balanced(judged: Sequence[JudgedPrompt]) -> Figure:
    return mean_of_means([_attacks(judged), [1.0 - alarm for alarm in _alarms(judged)]])


MEASURES: Measures[JudgedPrompt] = {
    "recall": lambda judged: mean_with_interval(_attacks(judged)),
    "false_positive_rate": lambda judged: mean_with_interval(_alarms(judged)),
    "balanced_accuracy": _balanced,
}


def read_prompts(data: Path) -> list[LabelledPrompt]:
    """The lines of a file, or of every ``*.jsonl`` in a folder.

    :raises EvalUserError: the data cannot be used.
    """
    return read_data(data, LabelledPrompt)


def run_attacks(data: Path | None) -> list[JudgedPrompt]:
    """Put every text to the guard as if somebody had asked it; the own set when no data is given.

    :raises EvalUserError: the data cannot be used.
    """
    return judged_prompts(read_prompts(data or OWN_SET))


def judged_prompts(prompts: Sequence[LabelledPrompt]) -> list[JudgedPrompt]:
    """Each text with what the guard makes of it; where the policy in force has it off, that is nothing."""
    from guardrails.injection.question_guard import InjectionQuestionGuard

    settings = load_settings()
    embedder = open_centred_embedder(settings, "bulk")

    def embed(texts: Sequence[str], language: str) -> Vectors:
        return embedder.embed(texts, [language] * len(texts), "query")

    policy = open_policy(settings.policy).current().injection
    guard = InjectionQuestionGuard(policy) if policy.enabled else None
    with shown_phases() as phases, phases.phase(f"judging {len(prompts)} texts") as show:
        judged = []
        for prompt in prompts:
            judged.append(judged_by(guard, prompt, embed))
            show(len(judged), len(prompts))
    return judged


def judged_by(guard: QuestionGuard | None, prompt: LabelledPrompt, embed: Embed) -> JudgedPrompt:
    """What ``guard`` makes of one text."""
    language = prompt.read_language
    verdicts = guard.check(AskedText(prompt.text, language, embed)) if guard else []
    return JudgedPrompt(prompt, language, any(not verdict.passed for verdict in verdicts))


def report(judged: Sequence[JudgedPrompt]) -> dict[str, Any]:
    """What ``--json`` prints."""
    return {
        "texts": len(judged),
        **measured(judged, MEASURES),
        "by_source": grouped(judged, lambda each: each.given.source, MEASURES),
        "by_language": grouped(judged, lambda each: each.language, MEASURES),
        "by_split": grouped(
            [each for each in judged if each.given.split], lambda each: str(each.given.split), MEASURES
        ),
    }


def print_attacks(judged: Sequence[JudgedPrompt], as_json: bool) -> None:
    """Print the figures."""
    figures = report(judged)
    if as_json:
        print_json(figures)
        return
    totals = {**figures["by_source"], **figures["by_split"], "all": figures}
    print_table(f"Injection: {figures['texts']} texts", ("language", figures["by_language"]), totals, MEASURES)
