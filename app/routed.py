"""The way of a question between a small and a large model: which is asked, and whose words stand."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from app.answers import Event, Withdrawn
from app.attempting import Attempts
from app.composer import AnswerComposer
from app.escalations.signals import amounts_in
from app.models.routing.after import MODEL_FAILED, Attempted, decide_after, takes_the_place
from app.models.routing.before import Known, decide_before
from app.models.routing.budget import Grant
from app.models.routing.route import RoutedModel
from guardrails.escalation.deciding import UNEVALUATED, Signals, decide
from guardrails.policy import Policy

# Why the small one is asked though the large one should be, and what the answer's reasons say of it.
_BUDGET_SPENT = "budget-spent"
LARGE_BUDGET_SPENT = "large-budget-spent"
LARGE_FAILED = "large-model-failed"


def routed(route: RoutedModel, text: str, guards: Policy, attempts: Attempts) -> Iterator[Event]:
    """The events of a routed answer up to its end; ``attempts`` then knows what stands.

    The answer is never worse than the small model's: a large one that fails, or does no better, gives way to it.

    :param text: of the question.
    :param guards: the policy, whose rules of escalation say which cases are delicate.
    """
    composer, policy, requests = attempts.composer, route.policy, 1 + guards.grounding.repairs
    first = decide_before(_known(route, text, guards, composer), policy.before)
    if not first.is_large:
        attempted = yield from attempts.ask(route.small, first.why, tentative=True)
        why = decide_after(attempted, composer.confidence, policy.after)
        if why is not None and not attempts.stop.is_set():
            grant = _granted(route, requests, composer)
            if grant is not None:
                yield from _then_large(route, grant, attempted, why, attempts)
    elif (grant := _granted(route, requests, composer)) is None:
        yield from attempts.ask(route.small, _BUDGET_SPENT)
    else:
        attempted = yield from _large(route, grant, first.why, attempts)
        if attempted.failed and not attempts.stop.is_set():
            composer.reason(LARGE_FAILED)
            yield from _then_small(route, attempted, attempts)


def is_delicate(text: str, language: str, guards: Policy, codes: Sequence[str], delicate: Sequence[str]) -> bool:
    """Whether the rules of escalation take a question, before it has an answer, for a case of one of these causes.

    A rule that cannot be evaluated counts as one that holds.

    :param codes: what the guards found in the question.
    """
    others = [rule.cause for rule in guards.escalation.rules if rule.cause not in delicate]
    passed_over = frozenset((*others, *(f"{UNEVALUATED}:{cause}" for cause in others)))
    signals = Signals(frozenset(codes), 1.0, 0, 0, amounts_in(text, language), passed_over)
    return decide(signals, guards.escalation) is not None


def _known(route: RoutedModel, text: str, guards: Policy, composer: AnswerComposer) -> Known:
    policy, language = route.policy, composer.language
    found = composer.found_in("question")
    return Known(
        confidence=composer.confidence,
        is_delicate=is_delicate(text, language, guards, found, policy.before.delicate),
        small_covers=policy.covers(route.small.name, language),
        large_covers=policy.covers(route.large.name, language),
    )


def _granted(route: RoutedModel, requests: int, composer: AnswerComposer) -> Grant | None:
    grant = route.grant(requests)
    if grant is None:
        composer.reason(LARGE_BUDGET_SPENT)
    return grant


def _large(route: RoutedModel, grant: Grant, why: str, attempts: Attempts) -> Generator[Event, None, Attempted]:
    """Ask the large model, and pay for it; whoever does not wait for the end has spent what was held."""
    attempted = yield from attempts.ask(route.large, why, tentative=True)
    route.pay(grant, attempts.composer.attempts[-1].usage)
    return attempted


def _then_large(route: RoutedModel, grant: Grant, first: Attempted, why: str, attempts: Attempts) -> Iterator[Event]:
    """The large model after the small one; what that wrote comes back where the large one does no better."""
    aside = attempts.composer.set_aside()
    yield Withdrawn(route.large.name, why)
    second = yield from _large(route, grant, why, attempts)
    if second.failed:
        attempts.composer.reason(LARGE_FAILED)
    cut_short = attempts.stop.is_set() and first.shown > 0
    if cut_short or not takes_the_place(second, first):
        yield from attempts.back_to(aside)


def _then_small(route: RoutedModel, first: Attempted, attempts: Attempts) -> Iterator[Event]:
    """The small model after a large one that failed; what that had written comes back where there is nothing else."""
    aside = attempts.composer.set_aside()
    yield Withdrawn(route.small.name, MODEL_FAILED)
    second = yield from attempts.ask(route.small, MODEL_FAILED)
    if not takes_the_place(second, first):
        yield from attempts.back_to(aside)
