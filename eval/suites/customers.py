"""Simulated customers: conversations of several turns, judged on outcome, grounding, language and escalation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.answers import Answer, Question, Sentence
from app.assistant import open_assistant
from app.escalations.store import EscalationStore
from app.jobs import AssistantLike
from app.models.choosing import QUOTING, named_model
from app.phases import shown_phases
from app.settings import Settings, load_settings
from eval.customers.player import ModelPlayer, Played, Player, RulePlayer, Said
from eval.customers.playing import PERSONAS, Casting, CustomerConversation, CustomerTurn
from eval.customers.words import read_words
from eval.errors import EvalUserError
from eval.reporting import Scored, grouped, means_of, measured, print_suite
from eval.runs.context import RunContext
from eval.sample import GOLDEN
from eval.suites.escalation import answered, open_desk
from eval.suites.golden import GoldenResult, asked_on, read_golden
from ingest import knowledge

MEASURES = means_of(("outcome", "grounded", "language", "escalation_recall", "no_needless_escalation"))
SEED = 20261121


@dataclass(frozen=True)
class CustomerResult:
    """A conversation with its answers and the causes of the cases it became.

    :param played: what the customer said at each turn; the words of the rule when empty.
    """

    conversation: CustomerConversation
    answers: tuple[Answer, ...]
    causes: frozenset[str]
    played: tuple[Played, ...] = ()

    @property
    def words(self) -> tuple[Played, ...]:
        """What was said at each turn."""
        return self.played or tuple(Played(turn.text) for turn in self.conversation.turns)

    @property
    def missing(self) -> list[str]:
        """Why turns were not played, of those that were not."""
        return [each.missing for each in self.played if each.missing]

    def scored(self) -> Scored:
        """Each measure as the mean over the turns, or over the cases, that count for it.

        A turn that its player left to the rule counts for none, and such a conversation as a whole neither.
        """
        every = zip(self.conversation.turns, self.answers, self.words, strict=True)
        pairs = [(turn, answer) for turn, answer, words in every if not words.missing]
        values = {
            "outcome": [_outcome(turn, answer) for turn, answer in pairs if turn.golden],
            "grounded": [
                float(is_grounded(answer)) for _, answer in pairs if answer.action == "answer" or shown(answer)
            ],
            "language": [float(answer.language == turn.language) for turn, answer in pairs],
            "escalation_recall": [float(bool(turn.causes & self.causes)) for turn, _ in pairs if turn.causes],
            "no_needless_escalation": [] if self.missing else [float(self.causes <= self.conversation.causes)],
        }
        return Scored(
            self.conversation.language, {name: sum(each) / len(each) for name, each in values.items() if each}
        )


def shown(answer: Answer) -> list[Sentence]:
    """The sentences that the agent was shown: those that the gate supports."""
    return [each for each in answer.sentences if each.supported]


def is_grounded(answer: Answer) -> bool:
    """Whether something was shown, and every sentence of it cites what is there."""
    there = {citation.n for citation in answer.citations}
    return bool(shown(answer)) and all(each.citations and there >= set(each.citations) for each in shown(answer))


def _outcome(turn: CustomerTurn, answer: Answer) -> float:
    return float(turn.golden is not None and GoldenResult(turn.golden, answer).right)


def run_customers(
    words: Path | None, model: str, seed: int, played_by: str | None = None, size: int | None = None
) -> list[CustomerResult]:
    """Let customers of every language speak with the assistant on the knowledge base of the settings.

    :param words: a folder of what they say; ours when None.
    :param played_by: the model that plays them; a rule when None.
    :param size: at most so many of them, of as many languages as there are.
    :raises EvalUserError: the data cannot be read, or no such model can play.
    """
    golden, settings = GOLDEN, load_settings()
    conversations = Casting(read_words(words), read_golden(golden), seed).conversations()
    conversations = RunContext(settings, seed=seed).sample(conversations, size, lambda each: each.language)
    player = open_player(settings, played_by)
    assistant = open_assistant(settings)
    try:
        with shown_phases() as phases, phases.phase(f"{len(conversations)} customers") as show:
            results = []
            for result in held(assistant, conversations, model, asked_on(golden), player):
                results.append(result)
                show(len(results), len(conversations))
            return results
    finally:
        assistant.close()


def open_player(settings: Settings, played_by: str | None) -> Player:
    """Who plays the customers.

    :raises EvalUserError: answers by quoting write nothing of their own.
    :raises AppUserError: there is no such model.
    """
    if played_by is None:
        return RulePlayer()
    if played_by == QUOTING:
        raise EvalUserError("--played-by quoting: name a language model, as ollama:TAG; without it a rule plays")
    return ModelPlayer(named_model(settings, played_by), knowledge.open_centred_embedder(settings))


def held(
    assistant: AssistantLike,
    conversations: Sequence[CustomerConversation],
    model: str,
    day: date,
    player: Player | None = None,
) -> Iterator[CustomerResult]:
    """Each conversation with what became of it; nothing is kept after the last.

    :param player: who plays the customers; a rule when None.
    """
    player = player or RulePlayer()
    with open_desk(assistant, {}) as (store, jobs):
        escalations = EscalationStore(store.sessions)
        for conversation in conversations:
            kept = store.create().id
            played: list[Played] = []
            answers: list[Answer] = []
            so_far: list[Said] = []
            for turn in conversation.turns:
                words = player.play(conversation, turn, so_far)
                question = Question(text=words.text, as_of=day, model=model)
                answer = answered(jobs, kept, question, conversation.id)
                so_far += [Said(True, words.text), Said(False, answer.answer)]
                played.append(words)
                answers.append(answer)
            causes = frozenset(escalations.of_conversation(kept))
            yield CustomerResult(conversation, tuple(answers), causes, tuple(played))


def report(results: Sequence[CustomerResult], player: str = "rule", seed: int = SEED) -> dict[str, Any]:
    """What ``--json`` prints."""
    scored = [result.scored() for result in results]
    personas = [result.conversation.persona for result in results]
    return {
        "conversations": len(results),
        "played_by": player,
        "seed": seed,
        "turns": sum(len(result.conversation.turns) for result in results),
        "missing": dict(sorted(Counter(reason for result in results for reason in result.missing).items())),
        **measured(scored, MEASURES),
        "by_persona": {
            persona: measured([each for each, of in zip(scored, personas, strict=True) if of == persona], MEASURES)
            for persona in PERSONAS
            if persona in personas
        },
        "by_language": grouped(scored, lambda each: each.language, MEASURES),
    }


def print_customers(
    results: Sequence[CustomerResult], failures: bool, as_json: bool, player: str = "rule", seed: int = SEED
) -> None:
    """Print the figures, and the conversations that went wrong where asked."""
    wrong = [_failure(result) for result in results if min(result.scored().values.values(), default=1) < 1]
    told = report(results, player, seed)
    title = f"Simulated customers, played by {player}: {len(results)} conversations"
    if told["missing"]:
        reasons = ", ".join(f"{count} {reason}" for reason, count in told["missing"].items())
        left = sum(told["missing"].values())
        title += f"; {left} of {told['turns']} turns were left to the rule and are not scored ({reasons})"
    print_suite(title, told, MEASURES, wrong, failures, as_json)


def _failure(result: CustomerResult) -> dict[str, Any]:
    return {
        "id": result.conversation.id,
        "wanted": sorted(result.conversation.causes),
        "got": sorted(result.causes),
        "turns": [
            {
                "said": words.text,
                "missing": words.missing,
                "action": answer.action,
                "language": answer.language,
                "right": _outcome(turn, answer) if turn.golden else None,
                "grounded": is_grounded(answer),
            }
            for turn, answer, words in zip(result.conversation.turns, result.answers, result.words, strict=True)
        ],
    }
