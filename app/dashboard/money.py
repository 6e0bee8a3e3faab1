"""What models were paid, from tokens and seconds that the database has added up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.answers import Usage
from app.costs.counting import Spent, answer_cost
from app.costs.pricelist import PriceList
from app.costs.servers import Servers
from app.dashboard.numbers import Bill, Money

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Prices:
    """The price list, and the servers that models are asked at."""

    list: PriceList
    servers: Servers


@dataclass(slots=True)
class Account:
    """Adds up; prices are linear, so that what many requests cost is what their sum costs."""

    prices: Prices
    _amounts: dict[str, Decimal] = field(default_factory=dict)
    _attempts: int = 0
    _unpriced: int = 0
    _usage: Usage = field(default_factory=Usage)

    def add(self, model: str, day: date, attempts: int, usage: Usage, seconds: float) -> None:
        """What a model did on one day."""
        self._attempts += attempts
        self._usage += usage
        server = self.prices.servers.at(model)
        cost = answer_cost(self.prices.list, model, Spent(usage, seconds), day, server)
        if cost is None:
            self._unpriced += attempts
        else:
            self._amounts[cost.currency] = self._amounts.get(cost.currency, Decimal(0)) + cost.amount

    @property
    def bill(self) -> Bill:
        return Bill(
            money=self.money,
            attempts=self._attempts,
            unpriced=self._unpriced,
            prompt_tokens=self._usage.prompt_tokens,
            completion_tokens=self._usage.completion_tokens,
        )

    @property
    def money(self) -> tuple[Money, ...]:
        amounts = sorted(self._amounts.items())
        return tuple(Money(amount=round(float(amount), _DIGITS), currency=name) for name, amount in amounts)


def money_of(amount: Decimal, currency: str) -> Money:
    """One amount."""
    return Money(amount=round(float(amount), _DIGITS), currency=currency)
