"""Ask the same questions of the small model, of the large one, and of the route between them."""

from __future__ import annotations

import statistics
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from app.answers import Answer, Finished, Question, Usage
from app.assistant import Assistant
from app.costs.today import cost_today
from app.guarding import open_guards
from app.judging import open_judge
from app.models.choosing import named_model
from app.models.model import ChatModel
from app.models.routing.budget import DayBudget
from app.models.routing.policy import BudgetPolicy, RoutingPolicy
from app.models.routing.route import RoutedModel
from app.phases import Phases
from app.retrieval.cross_encoder import open_reranker
from app.retrieval.evidence import load_evidence_model
from app.retrieval.search import PassageSearch
from app.settings import Settings
from eval.errors import EvalUserError
from eval.intervals import Figure, mean_with_interval
from eval.routing.quality import is_right
from eval.runs.answering import model_failure
from eval.suites.golden import GoldenQuestion
from guardrails.policy import Policy
from ingest.knowledge import open_knowledge

SMALL, LARGE, ROUTED = STRATEGIES = ("small", "large", "routed")
_WARM_UP = 3  # questions: the first few open connections and load data files


@dataclass(frozen=True)
class Models:
    """What is measured.

    :param prices: of tokens by the model's name; a model without one costs nothing that can be told.
    """

    small: str
    large: str
    policy: RoutingPolicy
    prices: Mapping[str, Callable[[Usage], float | None]]

    def cost(self, answer: Answer) -> float:
        """What the answer's tokens cost."""
        return sum(self.price(each.model, each.usage) for each in answer.attempts)

    def price(self, model: str, usage: Usage) -> float:
        """What so many tokens of a model cost."""
        price = self.prices.get(model)
        return (price(usage) or 0.0) if price else 0.0


@dataclass(frozen=True)
class Measured:
    """Each question with its answer, in one order for all strategies."""

    questions: Sequence[GoldenQuestion]
    answers: Mapping[str, Sequence[Answer]]  # by strategy
    models: Models
    guards: Policy

    def right(self, strategy: str) -> list[float]:
        """1 for each answer that is right, 0 for the others."""
        pairs = zip(self.questions, self.answers[strategy], strict=True)
        return [float(is_right(golden, answer)) for golden, answer in pairs]


@dataclass(frozen=True)
class Summary:
    """What a strategy brings and costs."""

    quality: Figure
    large_calls: int
    small_calls: int
    cost: float
    median_ms: float
    p95_ms: float
    failed: int = 0

    @classmethod
    def of(cls, measured: Measured, strategy: str) -> Summary:
        """Of the answers to all questions."""
        answers, models = measured.answers[strategy], measured.models
        asked = [each.model for answer in answers for each in answer.attempts]
        times = [answer.timings_ms.total for answer in answers]
        return cls(
            mean_with_interval(measured.right(strategy)),
            asked.count(models.large),
            asked.count(models.small),
            sum(map(models.cost, answers)),
            statistics.median(times),
            statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0],
            sum(bool(model_failure(answer)) for answer in answers),
        )


def models_of(
    settings: Settings,
    small: str,
    large: str,
    policy: RoutingPolicy,
    prices: Mapping[str, Callable[[Usage], float | None]] | None = None,
) -> Models:
    """Two models by their names, with as many calls as are wanted.

    :param prices: of tokens by the model's name; those of the price list when None.
    :raises AppUserError: one of them cannot be asked for.
    """
    unbounded = policy.model_copy(update={"budget": BudgetPolicy(calls=None)})
    first, second = named_model(settings, small), named_model(settings, large)
    if first.name == second.name:
        raise EvalUserError(f"small and large are both {first.name}; name two models")
    if prices is None:
        prices = {each.name: partial(cost_today, settings, each.name) for each in (first, second)}
        prices = {name: price for name, price in prices.items() if price(Usage()) is not None}
    return Models(first.name, second.name, unbounded, prices)


def measure(
    settings: Settings, models: Models, questions: Sequence[GoldenQuestion], day: date, parallel: int, phases: Phases
) -> Measured:
    """Ask all questions by each strategy, of the knowledge base that the settings name.

    :param parallel: questions asked at once.
    :raises EvalUserError: the knowledge base is empty.
    """
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        knowledge = stack.enter_context(open_knowledge(settings))
        budget = DayBudget(home)

        def chosen(strategy: str | None) -> ChatModel:
            small, large = (named_model(settings, name) for name in (models.small, models.large))
            if strategy == ROUTED:
                return RoutedModel(small, large, lambda: models.policy, budget, lambda _usage: None)
            return small if strategy == SMALL else large

        guards = open_guards(knowledge, settings.policy, settings.home / "models")
        assistant = Assistant(
            PassageSearch(knowledge, open_reranker(settings)),
            guards,
            chosen,
            load_evidence_model(),
            partial(open_judge, settings),
        )
        for golden in questions[:_WARM_UP]:
            _answer(assistant, golden, day, SMALL)
        with phases.phase(f"asking {len(questions)} questions three times") as show:
            asked = _asked(assistant, questions, day, parallel, show)
        answers = {strategy: [each[strategy] for each in asked] for strategy in STRATEGIES}
    if all("no-documents" in answer.reasons for answer in answers[SMALL]):
        raise EvalUserError("the knowledge base is empty: run `polydesk ingest` on the documents first")
    return Measured(questions, answers, models, guards.current()[0])


def _asked(
    assistant: Assistant,
    questions: Sequence[GoldenQuestion],
    day: date,
    parallel: int,
    show: Callable[[int, int], None],
) -> list[dict[str, Answer]]:
    """By strategy; each question begins with another one, as what comes first warms up what comes after it."""
    lock, done = threading.Lock(), 0

    def counted(at: int, golden: GoldenQuestion) -> dict[str, Answer]:
        nonlocal done
        turn = at % len(STRATEGIES)
        answers = {each: _answer(assistant, golden, day, each) for each in STRATEGIES[turn:] + STRATEGIES[:turn]}
        with lock:
            done += 1
            show(done, len(questions))
        return answers

    with ThreadPoolExecutor(parallel) as pool:
        return list(pool.map(counted, range(len(questions)), questions))


def _answer(assistant: Assistant, golden: GoldenQuestion, day: date, strategy: str) -> Answer:
    last = None
    for event in assistant.ask(Question(text=golden.question, as_of=golden.as_of or day, model=strategy)):
        last = event
    if not isinstance(last, Finished):
        raise EvalUserError(f"{golden.id}: the assistant did not finish")
    return last.answer
