"""What one answer costs, exactly; None where it cannot be told, which is never nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.answers import Usage
from app.costs.pricelist import Basis, HourPrice, PriceList, TokenPrice

_MILLION = 1_000_000
_SECONDS_AN_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Spent:
    """What a model did for one answer.

    :param usage: tokens; None where the server does not say, which is not the same as none.
    :param seconds: that the model was busy; None where they were not measured.
    """

    usage: Usage | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount of money, and what it was reckoned from."""

    amount: Decimal
    currency: str
    basis: Basis
    price: TokenPrice | HourPrice


def answer_cost(prices: PriceList, model: str, spent: Spent, day: date, server: str | None = None) -> Cost | None:
    """What one answer of ``model`` cost on ``day``: by its tokens, else by the hours of its machine.

    :param model: its name with the provider.
    :param server: the host it was asked at.
    """
    price = prices.token_price(model, day, server)
    if price is not None:
        amount = None if spent.usage is None else tokens_cost(price, spent.usage)
        return None if amount is None else Cost(amount, price.currency, "price-list", price)
    hour = prices.hour_price(model, day, server)
    if hour is not None and spent.seconds is not None:
        return Cost(seconds_cost(hour, spent.seconds), hour.currency, "hours", hour)
    return None


def tokens_cost(price: TokenPrice, usage: Usage) -> Decimal:
    """What the tokens cost."""
    return (price.prompt * usage.prompt_tokens + price.completion * usage.completion_tokens) / _MILLION


def seconds_cost(price: HourPrice, seconds: float) -> Decimal:
    """What the machine cost for so many seconds."""
    return price.hour * Decimal(str(max(seconds, 0.0))) / _SECONDS_AN_HOUR


def written_amount(amount: Decimal | None, currency: str | None) -> str:
    """``0.0421 EUR``; two digits that count below one hundredth, and ``unknown`` where there is no amount."""
    if amount is None or currency is None:
        return "unknown"
    if amount == 0:
        return f"0 {currency}"
    decimals = 2 if amount >= Decimal("0.1") else 1 - amount.adjusted()
    return f"{amount:,.{decimals}f} {currency}"
