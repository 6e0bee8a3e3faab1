"""Abstention: is a question answered only where a passage answers it?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.phases import shown_phases
from app.retrieval.evidence import load_evidence_model, probability_of_texts
from app.settings import load_settings
from eval.intervals import mean_of_means, mean_with_interval
from eval.json_lines import read_data
from eval.language_codes import LanguageCode
from eval.reporting import Measures, Scored, grouped, measured, print_json, print_table, values_of
from ingest.knowledge import open_centred_embedder

WRONGLY_ANSWERED = "answered_when_unanswerable"
WRONGLY_ABSTAINED = "abstained_when_answerable"
MEASURES: Measures[Scored] = {
    WRONGLY_ANSWERED: lambda scored: mean_with_interval(values_of(WRONGLY_ANSWERED, scored)),
    WRONGLY_ABSTAINED: lambda scored: mean_with_interval(values_of(WRONGLY_ABSTAINED, scored)),
    "mean_error": lambda scored: mean_of_means(
        [values_of(name, scored) for name in (WRONGLY_ANSWERED, WRONGLY_ABSTAINED)]
    ),
}

Probability = Callable[[str, str, Sequence[str]], float]  # of question, language and passages


class GivenQuestion(BaseModel):
    """One line of the data: a question with passages, and whether any of them answers it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    language: LanguageCode
    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    passages: Annotated[tuple[str, ...], Field(min_length=1)]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """How probable it is said to be that the passages of a question answer it, and whether they do."""

    language: str
    answerable: bool
    probability: float

    def scored(self, threshold: float) -> Scored:
        """1 where answering from ``threshold`` on is wrong, under the measure that the question counts for."""
        answered = self.probability >= threshold
        return Scored(
            self.language,
            {WRONGLY_ABSTAINED: float(not answered)} if self.answerable else {WRONGLY_ANSWERED: float(answered)},
        )


def run_abstention(data: Path) -> list[Judged]:
    """Judge the passages of every question of the data, as the assistant would.

    :raises EvalUserError: the data cannot be used.
    """
    questions = read_data(data, GivenQuestion)
    embedder = open_centred_embedder(load_settings(), "bulk")
    return judged(questions, partial(probability_of_texts, embedder))


def judged(questions: Sequence[GivenQuestion], probability: Probability) -> list[Judged]:
    """Each question with its probability."""
    found = []
    with shown_phases() as phases, phases.phase(f"judging the passages of {len(questions)} questions") as show:
        for given in questions:
            said = probability(given.question, given.language, given.passages)
            found.append(Judged(given.language, given.answerable, said))
            show(len(found), len(questions))
    return found


def held_out(found: Sequence[Judged]) -> list[Scored] | None:
    """Each question decided by the threshold that is wrong least often in the other languages.

    What the probability is worth on data of this kind, whichever threshold the assistant has. None where a language's
    others have no questions of both kinds.
    """
    thresholds: dict[str, float] = {}
    for language in {each.language for each in found}:
        others = [each for each in found if each.language != language]
        if len({each.answerable for each in others}) < 2:
            return None
        thresholds[language] = _best_threshold(others)
    return [each.scored(thresholds[each.language]) for each in found]


def _best_threshold(found: Sequence[Judged]) -> float:
    """The probability to answer from that has the lowest mean error."""
    answerable = sorted(each.probability for each in found if each.answerable)
    others = sorted(each.probability for each in found if not each.answerable)

    def error(threshold: float) -> float:
        abstained = bisect_left(answerable, threshold) / len(answerable)
        answered = 1 - bisect_left(others, threshold) / len(others)
        return abstained + answered

    return min(sorted({*answerable, *others}), key=error)


def report(found: Sequence[Judged], threshold: float | None = None) -> dict[str, Any]:
    """What ``--json`` prints.

    :param threshold: the assistant's own when None.
    """
    threshold = load_evidence_model().threshold if threshold is None else threshold
    scored = [each.scored(threshold) for each in found]
    others = held_out(found)
    return {
        "questions": len(scored),
        **measured(scored, MEASURES),
        "held_out_threshold": measured(others, MEASURES) if others else None,
        "by_language": grouped(scored, lambda each: each.language, MEASURES),
    }


def print_abstention(found: Sequence[Judged], as_json: bool) -> None:
    """Print the figures."""
    figures = report(found)
    if as_json:
        print_json(figures)
        return
    title = f"Abstention: {figures['questions']} questions"
    totals = {"all": figures}
    if figures["held_out_threshold"]:
        totals["by the best threshold of the other languages"] = figures["held_out_threshold"]
    print_table(title, ("language", figures["by_language"]), totals, MEASURES)
