"""What a quantity is, and when two quantities are the same."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["number", "amount", "percent", "date", "duration", "time", "ordinal", "code"]


@dataclass(frozen=True, slots=True)
class DateParts:
    """The parts of a date that the text gives."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def says(self, other: DateParts) -> bool:
        """Whether ``other`` gives every part this one gives, with the same value."""
        return all(
            mine is None or mine == theirs
            for mine, theirs in ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        )


Value = Decimal | DateParts | str


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity of a text.

    ``value`` is a Decimal for numbers, amounts, percentages, durations and ordinals (signs are left
    out: a discount of -10 % is a discount of 10 %), :class:`DateParts` for dates, ``HH:MM`` for times
    and the upper-case text for codes. ``start:end`` are character offsets in the text, unit included.
    ``alternatives`` are other possible readings of the value, ``other_units`` of the unit.
    """

    kind: Kind
    value: Value
    unit: str | None
    start: int
    end: int
    alternatives: tuple[Value, ...] = ()
    other_units: tuple[str, ...] = ()

    @property
    def readings(self) -> tuple[Value, ...]:
        """Every possible value, the likeliest first."""
        return (self.value, *self.alternatives)

    @property
    def units(self) -> frozenset[str]:
        """Every possible unit."""
        return frozenset((self.unit, *self.other_units)) - {None} if self.unit else frozenset()
