"""Marks of lists, headings and emphasis go; words, numbers and dates stay."""

from __future__ import annotations

import pytest

from app.plain import plain_sentence


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("- Returns take 45 days [1].", "Returns take 45 days [1]."),
        ("* **Returns** take *45 days* [1].", "Returns take 45 days [1]."),
        ("• Returns take `45 days` [1].", "Returns take 45 days [1]."),
        ("2. Returns take __45 days__ [1].", "Returns take 45 days [1]."),
        ("(2) Returns take _45 days_ [1].", "Returns take 45 days [1]."),
        ("3) Returns take 45 days [1].", "Returns take 45 days [1]."),
        ("> Returns take 45 days [1].", "Returns take 45 days [1]."),
        ("### Returns\n\nReturns take\n45 days [1].", "Returns take 45 days [1]."),
        ("**Returns take 45 days [1].", "Returns take 45 days [1]."),
        ("Returns take 45 days [1].**", "Returns take 45 days [1]."),
        ("## Returns", "Returns"),
        ("- 返品は**45日以内**です[1]。", "返品は45日以内です[1]。"),
        ("**الإرجاع** خلال ٤٥ يومًا [1].", "الإرجاع خلال ٤٥ يومًا [1]."),
    ],
)
def test_marks_go(written: str, read: str) -> None:
    assert plain_sentence(written, "en") == read


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("1. Oktober 2026 ist der erste Tag [1].", "de"),
        ("1.5 litres of water are needed [1].", "en"),
        ("-5 °C is the lowest temperature [1].", "en"),
        ("The file order_2026_final and the code MX_44_10 stay [1].", "en"),
        ("5 * 4 * 3 boxes fit on a pallet [1].", "en"),
        ("Press #2 on the phone [1].", "en"),
        ("[1] Returns take 45 days.", "en"),
        ("3–5日で届きます[1]。", "ja"),
    ],
)
def test_what_is_no_mark_stays(sentence: str, language: str) -> None:
    assert plain_sentence(sentence, language) == sentence
