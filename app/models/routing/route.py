"""A small and a large model under one name, with the rules and the budget of asking the large one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from app.answers import Usage
from app.models.model import ChatModel, ModelOptions
from app.models.routing.budget import DayBudget, Grant
from app.models.routing.naming import route_name
from app.models.routing.policy import RoutingPolicy

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

Price = Callable[[Usage], float | None]


class RoutedModel:
    """Two models as one; see :class:`app.models.model.ChatModel`.

    Who does not route gets the small one: follow-ups, tickets and summaries are short work, and it is there anyway.

    :param policy: what is in force now.
    :param price: of so many tokens of the large model; None where it is not known.
    """

    def __init__(
        self,
        small: ChatModel,
        large: ChatModel,
        policy: Callable[[], RoutingPolicy],
        budget: DayBudget,
        price: Price,
    ) -> None:
        self.small = small
        self.large = large
        self.name = route_name(small.name, large.name)
        self._policy = policy
        self._budget = budget
        self._price = price

    @property
    def policy(self) -> RoutingPolicy:
        """What is in force now."""
        return self._policy()

    @property
    def tag(self) -> str:
        return self.small.tag

    @property
    def family(self) -> str:
        return self.small.family

    @property
    def options(self) -> ModelOptions:
        return self.small.options

    @property
    def usage(self) -> Usage:
        return self.small.usage

    @property
    def cut(self) -> bool:
        return self.small.cut

    def stream(self, messages: Sequence[BaseMessage], stop: threading.Event) -> Iterator[str]:
        """The small model's words."""
        return self.small.stream(messages, stop)

    def limited(self, num_predict: int, total_s: float | None = None, silence_s: float | None = None) -> ChatModel:
        """The small model with other bounds."""
        return self.small.limited(num_predict, total_s, silence_s)

    def grant(self, requests: int) -> Grant | None:
        """The permission to ask the large model for one answer; None where the day's budget is spent.

        :param requests: that the answer takes at most, with second tries.
        """
        budget, options = self.policy.budget, self.large.options
        most = None
        if budget.money is not None:
            most = self._price(
                Usage(prompt_tokens=requests * options.num_ctx, completion_tokens=requests * options.num_predict)
            )
        return self._budget.grant(budget, most)

    def pay(self, grant: Grant, usage: Usage) -> None:
        """What the call came to."""
        if grant.held:
            self._budget.pay(grant, self._price(usage) or 0.0)
