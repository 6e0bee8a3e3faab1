"""What tokens cost today, as the settings have prices and servers."""

from __future__ import annotations

from datetime import date

from app.answers import Usage
from app.costs.counting import Spent, answer_cost
from app.costs.pricelist import load_prices
from app.costs.servers import Servers
from app.settings import Settings


def cost_today(settings: Settings, model: str, usage: Usage) -> float | None:
    """What so many tokens of a model cost; None where the price list does not say.

    :param model: its name with the provider.
    :raises AppUserError: the company's own price list cannot be used.
    """
    cost = answer_cost(load_prices(settings.prices), model, Spent(usage), date.today(), Servers.of(settings).at(model))
    return None if cost is None else float(cost.amount)
