"""What an answer costs: exact amounts, and unknown where something is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.answers import Usage
from app.costs.counting import Spent, answer_cost, tokens_cost, written_amount
from app.costs.pricelist import PriceList

DAY = date(2026, 11, 22)
PRICES = PriceList.model_validate(
    {
        "tokens": [
            {"models": ["a:*"], "currency": "USD", "from": DAY, "prompt": 0.15, "completion": 0.6, "source": "list"}
        ],
        "hours": [
            {"models": ["a:*", "b:*"], "currency": "EUR", "from": DAY, "hardware_hour": 3.6, "source": "rent"}
        ],
    }
)  # fmt: skip
USAGE = Usage(prompt_tokens=3000, completion_tokens=120)
counts = st.integers(min_value=0, max_value=10**7)


def test_tokens_come_before_hours_and_amounts_are_exact() -> None:
    cost = answer_cost(PRICES, "a:small", Spent(USAGE, 7.0), DAY)
    assert cost is not None
    assert (cost.amount, cost.currency, cost.basis) == (Decimal("0.000522"), "USD", "price-list")


def test_hours_count_where_tokens_have_no_price() -> None:
    cost = answer_cost(PRICES, "b:large", Spent(USAGE, 2.5), DAY)
    assert cost is not None
    assert (cost.amount, cost.currency, cost.basis) == (Decimal("0.0025"), "EUR", "hours")


def test_what_is_not_known_is_none_and_never_nothing() -> None:
    assert answer_cost(PRICES, "c:other", Spent(USAGE, 2.5), DAY) is None
    assert answer_cost(PRICES, "b:large", Spent(USAGE, None), DAY) is None
    # A server that reports no tokens: the hours of a hosted model's machine are nobody's business.
    assert answer_cost(PRICES, "a:small", Spent(None, 2.5), DAY) is None
    assert answer_cost(PRICES, "a:small", Spent(USAGE, 2.5), date(2020, 1, 1)) is None


@given(counts, counts, counts, counts)
def test_two_answers_cost_the_sum_of_both(read: int, written: int, read_too: int, written_too: int) -> None:
    first = Usage(prompt_tokens=read, completion_tokens=written)
    second = Usage(prompt_tokens=read_too, completion_tokens=written_too)
    price = PRICES.tokens[0]
    assert tokens_cost(price, first) + tokens_cost(price, second) == tokens_cost(price, first + second)


def test_amounts_are_written_for_people() -> None:
    written = {
        "12.345": "12.34 USD",
        "1234.5": "1,234.50 USD",
        "0.5": "0.50 USD",
        "0.0421": "0.042 USD",
        "0.000522": "0.00052 USD",
        "0": "0 USD",
    }
    assert {amount: written_amount(Decimal(amount), "USD") for amount in written} == written
    assert written_amount(None, "USD") == "unknown"
