"""Halves, coins and months in short are read as what they are."""

from __future__ import annotations

from decimal import Decimal

import pytest

from guardrails.quantities import find_quantities


@pytest.mark.parametrize(
    ("language", "text", "value", "unit"),
    [
        ("en", "two and a half hours", "2.5", "hour"),
        ("es", "nueve litros y medio", "9.5", "l"),
        ("fr", "deux heures et demie", "2.5", "hour"),
        ("it", "due ore e mezza", "2.5", "hour"),
        ("pt", "duas horas e meia", "2.5", "hour"),
        ("ar", "ثلاث ساعات ونصف", "3.5", "hour"),
        ("ja", "二時間半", "2.5", "hour"),
        ("en", "three hours and a halfway house", "3", "hour"),
        ("ja", "2時間半額", "2", "hour"),
    ],
)
def test_a_half_behind_a_number_or_its_unit_is_counted(language: str, text: str, value: str, unit: str) -> None:
    (found,) = find_quantities(text, language)
    assert (found.value, found.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("language", "text", "value", "unit"),
    [
        ("en", "nine euro cents", "0.09", "EUR"),
        ("de", "50 Cent", "0.5", "EUR"),
        ("pl", "20 groszy", "0.2", "PLN"),
        ("en", "30 pence", "0.3", "GBP"),
    ],
)
def test_coins_are_parts_of_their_currency(language: str, text: str, value: str, unit: str) -> None:
    (found,) = find_quantities(text, language)
    assert found.kind == "amount"
    assert (found.value, found.unit) == (Decimal(value), unit)


def test_a_month_in_short_is_one_only_in_its_language() -> None:
    assert [each.kind for each in find_quantities("O Brisa 9 tem 38 dB.", "pt")] == ["number", "number"]
    assert [each.kind for each in find_quantities("9 Tem", "tr")] == ["date"]
    assert [each.kind for each in find_quantities("bis 9 Jan", "de")] == ["date"]
