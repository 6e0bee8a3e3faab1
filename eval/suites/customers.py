"""Simulated customers: conversations of several turns, judged on outcome, grounding, language and escalation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.answers import Answer, Question
from app.assistant import open_assistant
from app.escalations.store import EscalationStore
from app.jobs import AssistantLike
from app.phases import shown_phases
from app.settings import load_settings
from eval.customers.playing import PERSONAS, Casting, CustomerConversation, CustomerTurn
from eval.customers.words import read_words
from eval.reporting import Scored, grouped, means_of, measured, print_suite
from eval.sample import GOLDEN
from eval.suites.escalation import answered, open_desk
from eval.suites.golden import GoldenResult, asked_on, read_golden

MEASURES = means_of(("outcome", "grounded", "language", "escalation_recall", "no_needless_escalation"))
SEED = 20261121


@dataclass(frozen=True)
class CustomerResult:
    """A conversation with its answers and the causes of the cases it became."""

    conversation: CustomerConversation
    answers: tuple[Answer, ...]
    causes: frozenset[str]

    def scored(self) -> Scored:
        """Each measure as the mean over the turns, or over the cases, that count for it."""
        pairs = list(zip(self.conversation.turns, self.answers, strict=True))
        values = {
            "outcome": [_outcome(turn, answer) for turn, answer in pairs if turn.golden],
            "grounded": [float(is_grounded(answer)) for _, answer in pairs if answer.sentences],
            "language": [float(answer.language == turn.language) for turn, answer in pairs],
            "escalation_recall": [float(bool(turn.causes & self.causes)) for turn, _ in pairs if turn.causes],
            "no_needless_escalation": [float(self.causes <= self.conversation.causes)],
        }
        return Scored(
            self.conversation.language, {name: sum(each) / len(each) for name, each in values.items() if each}
        )


def is_grounded(answer: Answer) -> bool:
    """Whether every sentence is supported and cites something that is there."""
    there = {citation.n for citation in answer.citations}
    return all(each.supported and each.citations and there >= set(each.citations) for each in answer.sentences)


def _outcome(turn: CustomerTurn, answer: Answer) -> float:
    return float(turn.golden is not None and GoldenResult(turn.golden, answer).right)


def run_customers(words: Path | None, model: str, seed: int) -> list[CustomerResult]:
    """Let customers of every language speak with the assistant on the knowledge base of the settings.

    :param words: a folder of what they say; ours when None.
    :raises EvalUserError: the data cannot be read.
    """
    golden = GOLDEN
    conversations = Casting(read_words(words), read_golden(golden), seed).conversations()
    assistant = open_assistant(load_settings())
    try:
        with shown_phases() as phases, phases.phase(f"{len(conversations)} customers") as show:
            results = []
            for result in held(assistant, conversations, model, asked_on(golden)):
                results.append(result)
                show(len(results), len(conversations))
            return results
    finally:
        assistant.close()


def held(
    assistant: AssistantLike, conversations: Sequence[CustomerConversation], model: str, day: date
) -> Iterator[CustomerResult]:
    """Each conversation with what became of it; nothing is kept after the last."""
    with open_desk(assistant, {}) as (store, jobs):
        escalations = EscalationStore(store.sessions)
        for conversation in conversations:
            kept = store.create().id
            answers = [
                answered(jobs, kept, Question(text=turn.text, as_of=day, model=model), conversation.id)
                for turn in conversation.turns
            ]
            yield CustomerResult(conversation, tuple(answers), frozenset(escalations.of_conversation(kept)))


def report(results: Sequence[CustomerResult]) -> dict[str, Any]:
    """What ``--json`` prints."""
    scored = [result.scored() for result in results]
    personas = [result.conversation.persona for result in results]
    return {
        "conversations": len(results),
        **measured(scored, MEASURES),
        "by_persona": {
            persona: measured([each for each, of in zip(scored, personas, strict=True) if of == persona], MEASURES)
            for persona in PERSONAS
            if persona in personas
        },
        "by_language": grouped(scored, lambda each: each.language, MEASURES),
    }


def print_customers(results: Sequence[CustomerResult], failures: bool, as_json: bool) -> None:
    """Print the figures, and the conversations that went wrong where asked."""
    wrong = [_failure(result) for result in results if min(result.scored().values.values()) < 1]
    print_suite(
        f"Simulated customers: {len(results)} conversations", report(results), MEASURES, wrong, failures, as_json
    )


def _failure(result: CustomerResult) -> dict[str, Any]:
    return {
        "id": result.conversation.id,
        "wanted": sorted(result.conversation.causes),
        "got": sorted(result.causes),
        "turns": [
            {
                "said": turn.text,
                "action": answer.action,
                "language": answer.language,
                "right": _outcome(turn, answer) if turn.golden else None,
                "grounded": is_grounded(answer),
            }
            for turn, answer in zip(result.conversation.turns, result.answers, strict=True)
        ],
    }
