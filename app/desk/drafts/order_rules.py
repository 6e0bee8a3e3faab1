"""Whether the rules of the day of an order are certain, though the day may not be."""

from __future__ import annotations

from datetime import date

from app.desk.drafts.order_day import OrderDay
from app.desk.knowledge.library import Library


def rules_day(ordered: OrderDay, library: Library, audience: str) -> date | None:
    """A day whose rules are those of the order.

    None where the customer's words leave several days open ("last week") and the rules changed in them: an agent has to
    ask.
    """
    time = ordered.time
    return time.day if library.holds_throughout(audience, time.first, time.last) else None
