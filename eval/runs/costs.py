"""What an answer of each model costs, from the tokens and the seconds that a run measured."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.answers import Usage
from app.costs.counting import Cost, Spent, answer_cost, written_amount
from app.costs.pricelist import Basis, PriceList
from app.models.choosing import QUOTING
from eval.runs.folder import RunFolder
from eval.runs.outcome import Outcome

SUITE = "latency"
THOUSAND = 1000
BASIS: dict[Basis, str] = {"price-list": "price list", "hours": "energy and hardware hours"}


@dataclass(frozen=True)
class RunCost:
    """The mean cost of an answer in a run.

    :param per_answer: None where it is not known, for the reason that ``unknown`` gives.
    :param answers: of which it is the mean; ``without`` more were asked and not counted.
    """

    per_answer: Decimal | None = None
    currency: str | None = None
    basis: Basis | None = None
    answers: int = 0
    without: int = 0
    source: str = ""
    note: str = ""
    unknown: str = ""

    @property
    def per_thousand(self) -> Decimal | None:
        """Of 1,000 answers."""
        return None if self.per_answer is None else self.per_answer * THOUSAND

    @property
    def said(self) -> str:
        """Of 1,000 answers, for a person."""
        return written_amount(self.per_thousand, self.currency)

    def as_object(self) -> dict[str, Any]:
        """For ``--json``; amounts as text, so that they stay exact."""
        return {
            "per_answer": _exact(self.per_answer),
            "per_1000_answers": _exact(self.per_thousand),
            "currency": self.currency,
            "basis": self.basis,
            "answers": self.answers,
            "answers_without": self.without,
            "source": self.source or None,
            "note": self.note or None,
            "unknown_because": self.unknown or None,
        }


def run_cost(run: RunFolder, prices: PriceList) -> RunCost:
    """What an answer of this run cost, by the prices of the day on which it began."""
    manifest, outcomes = run.manifest, [each for each in run.outcomes(SUITE) if not each.missing]
    model = manifest.model
    if not outcomes:
        return RunCost(unknown="the suite latency was not run")
    if model.name == QUOTING:
        return RunCost(unknown="no language model is asked")
    day, server = manifest.started.date(), model.server or None
    by_tokens = prices.token_price(model.name, day, server)
    price = by_tokens or prices.hour_price(model.name, day, server)
    if price is None:
        return RunCost(unknown="no price is known: give yours in POLYDESK_PRICES")
    costs = [answer_cost(prices, model.name, spent_by(each), day, server) for each in outcomes]
    known = [each for each in costs if each is not None]
    if not known:
        reason = "its server reported no tokens" if by_tokens else "the run measured no seconds of the model"
        return RunCost(without=len(costs), unknown=reason)
    return _mean(known, len(costs) - len(known))


def spent_by(outcome: Outcome) -> Spent:
    """What a model did for one item of the suite; nothing at all where it was not asked."""
    values = outcome.values
    asked = "model_ms" in values or "prompt_tokens" in values
    if not asked:
        return Spent(Usage(), 0.0)
    read, written, busy = (values.get(name) for name in ("prompt_tokens", "completion_tokens", "model_ms"))
    usage = None if read is None else Usage(prompt_tokens=int(read), completion_tokens=int(written or 0))
    return Spent(usage, None if busy is None else busy / 1000)


def _mean(costs: list[Cost], without: int) -> RunCost:
    first = costs[0]
    total = sum((each.amount for each in costs), Decimal(0))
    return RunCost(
        per_answer=total / len(costs),
        currency=first.currency,
        basis=first.basis,
        answers=len(costs),
        without=without,
        source=first.price.source,
        note=first.price.note,
    )


def _exact(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount.quantize(Decimal('1e-9')).normalize():f}"
