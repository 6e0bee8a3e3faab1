"""What is filled into the slots of a pattern: amounts, periods, dates and codes as the language writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from eval.corpus.wording import Wording

_FIRST_DAY = date(2026, 1, 1)
_DAYS = 1400
# Counts for which the plural after them is the same in Polish and in Arabic, so that every sentence is right.
_LEAST_DAYS, _MOST_DAYS = 11, 60
_MONTHS = (12, 18, 30, 36)
_HOURS = (12, 24, 36, 48, 72)
_CODE_LETTERS = "ABCDEFGHKLMNPRSTVWXZ"


class Values:
    """Fills patterns for one page; the same random numbers give the same words."""

    def __init__(self, wording: Wording, product: str, random: Random) -> None:
        self._wording = wording
        self._product = product
        self._random = random
        native = bool(wording.digits) and random.random() < 1 / 3
        self._digits = str.maketrans("0123456789", wording.digits) if native else {}
        self._makers: dict[str, Callable[[], str]] = {
            "product": lambda: self._product,
            "amount": lambda: self._money(self._random.randrange(100, 10_000) * 5),
            "limit": lambda: self._money(self._random.randrange(10, 90) * 1000, decimals=0),
            "days": lambda: self._number(self._random.randint(_LEAST_DAYS, _MOST_DAYS)),
            "months": lambda: self._number(self._random.choice(_MONTHS)),
            "hours": lambda: self._number(self._random.choice(_HOURS)),
            "percent": lambda: self._tidy(format_percent(self._random.randint(5, 40) / 100, locale=wording.locale)),
            "place": lambda: self._random.choice(wording.places),
            "date": self._date,
            "code": self._code,
        }

    def fill(self, pattern: str) -> str:
        """``pattern`` with a value in each of its slots."""
        return pattern.format_map(_Slots(self._makers))

    def row(self) -> tuple[str, str, str, str]:
        """A table row: place, service, fee, duration."""
        wording = self._wording
        service = self._random.choice(wording.services)
        return self.fill("{place}"), service, self.fill("{amount}"), self.fill(wording.duration)

    def _money(self, hundredths: int, decimals: int | None = None) -> str:
        places = self._wording.decimals if decimals is None else decimals
        number = round(hundredths * self._wording.scale / 100, places)
        shown = format_decimal(number, f"#,##0.{'0' * places}" if places else "#,##0", locale=self._wording.locale)
        return self._wording.money.format(number=self._tidy(shown))

    def _number(self, number: int) -> str:
        return self._tidy(str(number))

    def _date(self) -> str:
        day = _FIRST_DAY + timedelta(days=self._random.randrange(_DAYS))
        return self._tidy(format_date(day, "long", locale=self._wording.locale))

    def _code(self) -> str:
        letters = "".join(self._random.choice(_CODE_LETTERS) for _ in range(2))
        return f"{letters}-{self._random.randrange(1000, 100_000)}"

    def _tidy(self, text: str) -> str:
        # The narrow space is in no PDF standard font, and marks of direction are no words.
        plain = text.replace("\u202f", "\u00a0").replace("\u200e", "").replace("\u200f", "").replace("\u061c", "")
        return plain.translate(self._digits)


class _Slots(dict[str, str]):
    def __init__(self, makers: dict[str, Callable[[], str]]) -> None:
        super().__init__()
        self._makers = makers

    def __missing__(self, slot: str) -> str:
        return self._makers[slot]()
