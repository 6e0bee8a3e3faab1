"""Quantities in text: found, normalised, and compared between a claim and its evidence."""

from guardrails.quantities.ellipsis import elliptic_durations
from guardrails.quantities.find import find_currencies, find_quantities
from guardrails.quantities.match import unmatched
from guardrails.quantities.model import DateParts, Kind, Quantity, Value
from guardrails.quantities.sums import is_sum

__all__ = [
    "DateParts",
    "Kind",
    "Quantity",
    "Value",
    "elliptic_durations",
    "find_currencies",
    "find_quantities",
    "is_sum",
    "unmatched",
]
