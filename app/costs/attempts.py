"""What the models together cost that were asked for one answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.answers import Attempt
from app.costs.counting import Cost, Spent, answer_cost
from app.costs.pricelist import PriceList
from app.costs.servers import Servers


def attempts_cost(prices: PriceList, servers: Servers, attempts: Iterable[Attempt], day: date) -> Cost | None:
    """All of them on that day; None where no model was asked, or one of them has no known price."""
    total: Cost | None = None
    for each in attempts:
        spent = Spent(each.usage, each.milliseconds / 1000)
        cost = answer_cost(prices, each.model, spent, day, servers.at(each.model))
        if cost is None or (total and cost.currency != total.currency):
            return None
        total = replace(cost, amount=cost.amount + (total.amount if total else Decimal(0)))
    return total
