"""Abstention: is a question answered only where a passage answers it?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def run_abstention(data: Path) -> list[Scored]:
    """Decide on every question of the data, as the assistant would with these passages.

    :raises EvalUserError: the data cannot be used.
    """
    questions = read_data(data, GivenQuestion)
    embedder = open_centred_embedder(load_settings(), "bulk")
    return decided(questions, partial(probability_of_texts, embedder), load_evidence_model().threshold)


def decided(questions: Sequence[GivenQuestion], probability: Probability, threshold: float) -> list[Scored]:
    """Each question with 1 where the decision is wrong, under the measure that it counts for."""
    found = []
    with shown_phases() as phases, phases.phase(f"judging the passages of {len(questions)} questions") as show:
        for given in questions:
            answered = probability(given.question, given.language, given.passages) >= threshold
            values = (
                {WRONGLY_ABSTAINED: float(not answered)} if given.answerable else {WRONGLY_ANSWERED: float(answered)}
            )
            found.append(Scored(given.language, values))
            show(len(found), len(questions))
    return found


def report(scored: Sequence[Scored]) -> dict[str, Any]:
    """What ``--json`` prints."""
    return {
        "questions": len(scored),
        **measured(scored, MEASURES),
        "by_language": grouped(scored, lambda each: each.language, MEASURES),
    }


def print_abstention(scored: Sequence[Scored], as_json: bool) -> None:
    """Print the figures."""
    figures = report(scored)
    if as_json:
        print_json(figures)
        return
    title = f"Abstention: {figures['questions']} questions"
    print_table(title, ("language", figures["by_language"]), {"all": figures}, MEASURES)
