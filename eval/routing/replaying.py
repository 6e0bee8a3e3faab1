"""What other thresholds would have brought and cost, told from what each model wrote alone: nothing is asked again."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from app.answers import Answer, Attempt
from app.models.routing.after import MODEL_FAILED, Attempted, decide_after, takes_the_place
from app.models.routing.before import Known, decide_before
from app.models.routing.policy import AfterPolicy, BeforePolicy, RoutingPolicy
from app.routed import is_delicate
from eval.routing.measuring import LARGE, SMALL, Measured

_EVIDENCE = (0.0, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0)


@dataclass(frozen=True)
class Point:
    """One setting of the thresholds, over all questions.

    :param calls: of the large model, as a share of those that it alone takes.
    :param cost: the same of the cost of its tokens; None where no price is known.
    """

    label: str
    thin_evidence: float
    quality: float
    calls: float
    cost: float | None
    median_ms: float
    is_shipped: bool = False


def sweep(measured: Measured) -> list[Point]:
    """The points of the curve, the one that asks the large model least first; those that are set are among them."""
    shipped = measured.models.policy
    never_before = BeforePolicy(thin_evidence=0.0, language=False)
    kept = [*_EVIDENCE, *(() if shipped.before.thin_evidence in _EVIDENCE else (shipped.before.thin_evidence,))]
    settings = [
        ("after the small model only", never_before, shipped.after),
        *(
            (
                f"evidence below {threshold:g}",
                shipped.before.model_copy(update={"thin_evidence": threshold}),
                shipped.after,
            )
            for threshold in kept
        ),
    ]
    points = [_point(measured, label, before, after) for label, before, after in settings]
    points += [_alone(measured, SMALL), _alone(measured, LARGE)]
    return sorted(points, key=lambda point: (point.calls, point.quality))


def _alone(measured: Measured, strategy: str) -> Point:
    answers, is_large = measured.answers[strategy], strategy == LARGE
    whole = sum(map(measured.models.cost, measured.answers[LARGE]))
    right = measured.right(strategy)
    return Point(
        f"the {strategy} model alone",
        float(is_large),
        sum(right) / len(right),
        float(is_large),
        sum(map(measured.models.cost, answers)) / whole if whole else None,
        statistics.median(answer.timings_ms.total for answer in answers),
    )


def _point(measured: Measured, label: str, before: BeforePolicy, after: AfterPolicy) -> Point:
    policy = measured.models.policy.model_copy(update={"before": before, "after": after})
    small, large = measured.answers[SMALL], measured.answers[LARGE]
    right = dict(zip((SMALL, LARGE), map(measured.right, (SMALL, LARGE)), strict=True))
    quality, calls, cost, times = 0.0, 0, 0.0, []
    for at, golden in enumerate(measured.questions):
        asked, stands = _routed(measured, policy, golden.question, small[at], large[at])
        quality += right[LARGE if stands else SMALL][at]
        calls += any(each.model == measured.models.large for each in asked)
        cost += sum(measured.models.price(each.model, each.usage) for each in asked)
        times.append(_rest_ms(small[at]) + sum(each.milliseconds for each in asked))
    whole = sum(map(measured.models.cost, large))
    return Point(
        label,
        before.thin_evidence,
        quality / len(measured.questions),
        calls / max(1, sum(bool(answer.attempts) for answer in large)),
        cost / whole if whole else None,
        statistics.median(times),
        is_shipped=before == measured.models.policy.before and after == measured.models.policy.after,
    )


def _routed(
    measured: Measured, policy: RoutingPolicy, question: str, small: Answer, large: Answer
) -> tuple[Sequence[Attempt], bool]:
    """The attempts that the thresholds would have made, and whether the large model's words would stand."""
    if not small.attempts or not large.attempts:
        return (), False  # no model was asked: too little was found
    first, second = small.attempts[0], large.attempts[0]
    codes = [each.code for each in small.findings if each.about == "question"]
    known = Known(
        small.confidence,
        is_delicate(question, small.language, measured.guards, codes, policy.before.delicate),
        policy.covers(measured.models.small, small.language),
        policy.covers(measured.models.large, small.language),
    )
    if decide_before(known, policy.before).is_large:
        if not second.failed:
            return (second,), True
        return (second, first), not takes_the_place(_attempted(first), _attempted(second))
    why = decide_after(_attempted(first), small.confidence, policy.after)
    if why is None or (why == MODEL_FAILED and second.failed):
        return (first,), False
    return (first, second), takes_the_place(_attempted(second), _attempted(first))


def _attempted(attempt: Attempt) -> Attempted:
    return Attempted(attempt.shown, attempt.withheld, frozenset(attempt.findings), attempt.unfinished, attempt.failed)


def _rest_ms(answer: Answer) -> float:
    """What an answer took beside its model: language, guards of the question, search."""
    return answer.timings_ms.total - sum(each.milliseconds for each in answer.attempts)
