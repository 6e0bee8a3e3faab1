"""The price list: what tokens cost, what an hour of a machine costs, and which of it holds for a model on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.errors import AppUserError

FILE = Path(__file__).with_name("prices.yaml")
_DAYS_A_YEAR = Decimal("365.25")
_WATTS_A_KILOWATT = 1000

Basis = Literal["price-list", "hours"]
Amount = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
More = Annotated[Decimal, Field(gt=0, allow_inf_nan=False)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Entry(_Frozen):
    models: tuple[Annotated[str, Field(min_length=1)], ...] = Field(min_length=1)
    server: str | None = None
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    begins: date = Field(alias="from")
    source: str = Field(min_length=1)
    note: str = ""

    def holds(self, model: str, day: date, server: str | None) -> bool:
        """Whether the entry is for this model, on this day, at this server."""
        return (
            self.begins <= day
            and (self.server is None or self.server == server)
            and any(fnmatchcase(model.lower(), pattern.lower()) for pattern in self.models)
        )


class TokenPrice(_Entry):
    """Prices per million tokens."""

    prompt: Amount
    completion: Amount


class Hardware(_Frozen):
    """A machine of the company's own."""

    price: More
    years: More
    hours_a_day: Annotated[Decimal, Field(gt=0, le=24, allow_inf_nan=False)]  # in which it has something to do

    @property
    def hour(self) -> Decimal:
        """What an hour of use costs when the price is spread evenly over all of them."""
        return self.price / (self.years * _DAYS_A_YEAR * self.hours_a_day)


class HourPrice(_Entry):
    """What a machine costs while it answers."""

    hardware_hour: More | None = None
    hardware: Hardware | None = None
    watts: More | None = None
    kwh: Amount | None = None
    at_once: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _says_what_an_hour_costs(self) -> HourPrice:
        if self.hardware_hour is not None and self.hardware is not None:
            raise ValueError("give hardware_hour or hardware, not both")
        if (self.watts is None) != (self.kwh is None):
            raise ValueError("watts and kwh belong together: give both or neither")
        if self.hardware_hour is None and self.hardware is None and self.watts is None:
            raise ValueError("give hardware_hour, or hardware, or watts and kwh")
        return self

    @property
    def hour(self) -> Decimal:
        """An hour of one answer's share of the machine, with its power."""
        machine = self.hardware.hour if self.hardware else self.hardware_hour or Decimal(0)
        power = Decimal(0) if self.watts is None or self.kwh is None else self.watts / _WATTS_A_KILOWATT * self.kwh
        return (machine + power) / self.at_once


class PriceList(_Frozen):
    """The file; the first entry that fits counts."""

    tokens: tuple[TokenPrice, ...] = ()
    hours: tuple[HourPrice, ...] = ()

    def token_price(self, model: str, day: date, server: str | None = None) -> TokenPrice | None:
        """What the tokens of ``model`` cost on ``day``; None where the list does not say.

        :param model: its name with the provider.
        :param server: the host it is asked at.
        """
        return next((each for each in self.tokens if each.holds(model, day, server)), None)

    def hour_price(self, model: str, day: date, server: str | None = None) -> HourPrice | None:
        """What an hour of the machine costs that runs ``model``; None where the list does not say."""
        return next((each for each in self.hours if each.holds(model, day, server)), None)

    def before(self, other: PriceList) -> PriceList:
        """This list, and behind it the other."""
        return PriceList(tokens=(*self.tokens, *other.tokens), hours=(*self.hours, *other.hours))


def load_prices(own: Path | None = None) -> PriceList:
    """The shipped prices, and before them those of the company's own file.

    :raises AppUserError: the file cannot be used; the message names the line.
    """
    return _shipped() if own is None else _read(own).before(_shipped())


def sources_of(prices: Sequence[TokenPrice | HourPrice]) -> list[str]:
    """Where the prices stand, each once."""
    return list(dict.fromkeys(each.source for each in prices))


@cache
def _shipped() -> PriceList:
    return _read(FILE)


def _read(path: Path) -> PriceList:
    from guardrails.errors import PolicyError
    from guardrails.yamlfile import load_yaml

    try:
        return load_yaml(path, PriceList)
    except PolicyError as error:
        raise AppUserError(f"{error} (prices of models)") from None
