"""Which quantities of a claim the evidence does not have."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from guardrails.quantities.model import DateParts, Quantity

# Days and months do not convert into each other: "30 days" and "one month" are different promises.
_CONVERSION = {
    "second": ("second", 1),
    "minute": ("second", 60),
    "hour": ("second", 3600),
    "day": ("second", 86400),
    "week": ("second", 7 * 86400),
    "month": ("month", 1),
    "quarter": ("month", 3),
    "year": ("month", 12),
}

# The base unit of a measure, and how many of them it has. Pounds and miles are never written for their metric value.
_MEASURES = {
    "mm": ("m", Decimal("0.001")),
    "cm": ("m", Decimal("0.01")),
    "km": ("m", Decimal(1000)),
    "ug": ("g", Decimal("0.000001")),
    "mg": ("g", Decimal("0.001")),
    "kg": ("g", Decimal(1000)),
    "ml": ("l", Decimal("0.001")),
    "cl": ("l", Decimal("0.01")),
    "kW": ("W", Decimal(1000)),
    "MW": ("W", Decimal(1000000)),
    "KB": ("MB", Decimal("0.001")),
    "GB": ("MB", Decimal(1000)),
    "TB": ("MB", Decimal(1000000)),
}


def unmatched(
    claim: Sequence[Quantity], evidence: Sequence[Quantity], *, currencies: frozenset[str] = frozenset()
) -> list[Quantity]:
    """The quantities of ``claim`` that ``evidence`` does not have under any reading, in order.

    :param currencies: currencies the evidence mentions anywhere; its numbers without a unit may be amounts in those
        (the cells under a column "Fee (EUR)").
    """
    mentioned = currencies | {unit for quantity in evidence if quantity.kind == "amount" for unit in quantity.units}
    years = {year for quantity in evidence for year in _years(quantity)}
    return [q for q in claim if not any(_same(q, given, mentioned, years) for given in evidence)]


def _same(claim: Quantity, given: Quantity, currencies: frozenset[str] | set[str], years: set[int]) -> bool:
    if claim.kind == "date":
        return any(_same_date(mine, theirs, years) for mine in claim.readings for theirs in given.readings)
    if claim.kind in ("time", "code"):
        return _same_text(claim, given) or (claim.kind == "time" and _full_hour(claim, given))
    if claim.kind == "duration":
        if given.kind == "ordinal" and claim.unit == "day":  # "until the 21st day before"
            return bool(_decimals(claim) & _decimals(given))
        return (given.kind == "duration" and bool(_durations(claim) & _durations(given))) or _same_text(claim, given)
    equal = bool(_decimals(claim) & _decimals(given))
    if claim.kind == "amount":
        if given.kind == "number" and given.unit is None:
            return equal and bool(claim.units & currencies)
        return equal and given.kind == "amount" and bool(claim.units & given.units)
    if claim.kind == "percent":
        return equal and given.kind == "percent"
    if claim.kind == "ordinal":
        days = {Decimal(value.day) for value in given.readings if isinstance(value, DateParts) and value.day}
        return (equal and given.kind in ("ordinal", "number") and given.unit is None) or bool(_decimals(claim) & days)
    if claim.unit is not None:
        if given.kind == "number" and given.unit is not None:
            return bool(_measured(claim) & _measured(given))
        return equal and given.kind == "number"
    return equal or bool(_decimals(claim) & _numbers_within(given))


def _decimals(quantity: Quantity) -> set[Decimal]:
    return {value for value in quantity.readings if isinstance(value, Decimal)}


def _durations(quantity: Quantity) -> set[tuple[str, Decimal]]:
    base, factor = _CONVERSION.get(quantity.unit or "", (quantity.unit or "", 1))
    return {(base, value * factor) for value in _decimals(quantity)}


def _measured(quantity: Quantity) -> set[tuple[str, Decimal]]:
    base, factor = _MEASURES.get(quantity.unit or "", (quantity.unit or "", Decimal(1)))
    return {(base, value * factor) for value in _decimals(quantity)}


def comparable(quantity: Quantity) -> set[tuple[str, Decimal]]:
    """Its readings with the unit that all of its kind are compared in."""
    if quantity.kind == "duration":
        return _durations(quantity)
    if quantity.kind == "number":
        return _measured(quantity)
    units = quantity.units or frozenset({""})
    return {(unit, value) for unit in units for value in _decimals(quantity)}


def _same_text(claim: Quantity, given: Quantity) -> bool:
    mine = {value for value in claim.readings if isinstance(value, str)}
    theirs = {value for value in given.readings if isinstance(value, str)}
    if claim.kind == "code" and given.kind == "number":  # a telephone number or identifier written in one run
        theirs |= {str(value) for value in _decimals(given)}
    return bool(mine & theirs)


def _full_hour(claim: Quantity, given: Quantity) -> bool:
    """Whether the time is one of the bare numbers of "on weekdays from 9 to 18"."""
    bare = given.kind == "number" and given.unit is None
    return bare and any(f"{int(value):02}:00" in claim.readings for value in _decimals(given) if 0 <= value <= 24)


def _same_date(claim: object, given: object, years: set[int]) -> bool:
    if isinstance(given, Decimal):  # "in 2026年", "in 2026"
        return isinstance(claim, DateParts) and claim == DateParts(year=claim.year) and claim.year == given
    if not isinstance(claim, DateParts) or not isinstance(given, DateParts):
        return False
    if claim.says(given):
        return True
    # "3 May" under a heading "2026"
    return given.year is None and claim.year in years and DateParts(None, claim.month, claim.day).says(given)


def _years(quantity: Quantity) -> set[int]:
    if quantity.kind == "date":
        return {value.year for value in quantity.readings if isinstance(value, DateParts) and value.year}
    if quantity.kind == "number" and quantity.unit is None:
        return {int(value) for value in _decimals(quantity) if 1900 <= value <= 2200 and value == int(value)}
    return set()


def _numbers_within(quantity: Quantity) -> set[Decimal]:
    """Numbers a bare number may refer to: the year of a date, the full hour of a time, a code of digits."""
    found: set[Decimal] = set()
    for value in quantity.readings:
        if isinstance(value, DateParts) and value.year:
            found.add(Decimal(value.year))
        elif isinstance(value, str) and quantity.kind == "time" and value.endswith(":00"):
            found |= {Decimal(int(value[:2])), Decimal(int(value[:2]) % 12 or 12)}
        elif isinstance(value, str) and value.isdecimal() and len(value) <= 40:
            found.add(Decimal(value))
    return found
