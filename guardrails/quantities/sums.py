"""Amounts that the evidence has only in parts: 39 € for one thing and 69 € for another are 108 € together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from guardrails.quantities.match import comparable
from guardrails.quantities.model import Quantity

_MOST = 12  # quantities of the evidence that parts are sought among: among many, anything is a sum
_SUMMED = frozenset({"amount", "percent", "duration"})


def is_sum(claim: Quantity, evidence: Sequence[Quantity]) -> bool:
    """Whether ``claim`` is what two quantities of ``evidence`` make together; numbers that count nothing never are."""
    if claim.kind not in _SUMMED and claim.unit is None:
        return False
    parts = [comparable(each) for each in evidence if each.kind == claim.kind]
    if len(parts) > _MOST:
        return False
    wanted = comparable(claim)
    return any(
        (unit, value + more) in wanted
        for one, other in combinations(parts, 2)
        for unit, value in one
        for same, more in other
        if unit == same and value and more
    )
