"""Topics: are dangers, disputes and the wish for a person recognised, and ordinary questions left alone?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StringConstraints

from app.guarding import open_policy
from app.phases import shown_phases
from app.settings import load_settings
from eval.intervals import mean_with_interval
from eval.json_lines import read_data
from eval.language_codes import LanguageCode
from eval.reporting import Measures, grouped, measured, print_json, print_table
from guardrails.guards import AskedText, Embed
from guardrails.policy import Policy, load_policy
from guardrails.topics.guard import TopicsGuard
from ingest.knowledge import open_centred_embedder


class TopicQuestion(BaseModel):
    """One line of the data: a question and its topic, none for an ordinary one. Golden questions fit as well."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] = Field(
        validation_alias=AliasChoices("text", "question")
    )
    language: LanguageCode
    topic: str | None = None


@dataclass(frozen=True)
class FoundTopics:
    """A question with the names of the topics that were found in it."""

    given: TopicQuestion
    found: frozenset[str]

    @property
    def right(self) -> bool:
        return self.given.topic in self.found if self.given.topic else not self.found


MEASURES: Measures[FoundTopics] = {
    "recall": lambda found: mean_with_interval([float(each.right) for each in found if each.given.topic]),
    "false_positive_rate": lambda found: mean_with_interval(
        [float(not each.right) for each in found if not each.given.topic]
    ),
}


def run_topics(data: Path) -> list[FoundTopics]:
    """Look for the topics of the policy in every question of a file, or of the files of a folder.

    :raises EvalUserError: the data cannot be used.
    """
    return topics_of(read_data(data, TopicQuestion))


def topics_of(questions: Sequence[TopicQuestion]) -> list[FoundTopics]:
    """Each question with its topics, as the policy in force has them."""
    settings = load_settings()
    embedder = open_centred_embedder(settings, "bulk")
    return found_topics(
        questions,
        lambda texts, language: embedder.embed(texts, [language] * len(texts), "query"),
        open_policy(settings.policy).current(),
    )


def found_topics(questions: Sequence[TopicQuestion], embed: Embed, policy: Policy | None = None) -> list[FoundTopics]:
    """Each question with its topics, as the policy has them, the shipped one when None; none where they are off."""
    topics = (policy or load_policy()).topics
    guard = TopicsGuard(topics) if topics.enabled else None
    found = []
    with shown_phases() as phases, phases.phase(f"looking for topics in {len(questions)} questions") as show:
        for question in questions:
            verdicts = guard.check(AskedText(question.text, question.language, embed)) if guard else []
            found.append(FoundTopics(question, frozenset(each.code.partition(":")[2] for each in verdicts)))
            show(len(found), len(questions))
    return found


def report(found: Sequence[FoundTopics]) -> dict[str, Any]:
    """What ``--json`` prints; under a topic, the ordinary questions that were taken for it count against it."""
    names = sorted({each.given.topic for each in found if each.given.topic}.union(*(each.found for each in found)))
    return {
        "questions": len(found),
        **measured(found, MEASURES),
        "by_topic": {name: measured(_about(name, found), MEASURES) for name in names},
        "by_language": grouped(found, lambda each: each.given.language, MEASURES),
    }


def print_topics(found: Sequence[FoundTopics], failures: bool, as_json: bool) -> None:
    """Print the figures; with ``failures`` also the questions that went wrong."""
    wrong = [{**each.given.model_dump(), "found": sorted(each.found)} for each in found if failures and not each.right]
    figures = report(found) | ({"failures": wrong} if failures else {})
    if as_json:
        print_json(figures)
        return
    title = f"Topics: {figures['questions']} questions"
    print_table(title, ("language", figures["by_language"]), {**figures["by_topic"], "all": figures}, MEASURES)
    for each in wrong:
        typer.echo(json.dumps(each, ensure_ascii=False))


def _about(name: str, found: Sequence[FoundTopics]) -> list[FoundTopics]:
    """The questions of the topic, and the ordinary ones as far as this topic is concerned."""
    of_it = [each for each in found if each.given.topic == name]
    return of_it + [FoundTopics(each.given, each.found & {name}) for each in found if not each.given.topic]
