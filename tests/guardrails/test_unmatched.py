"""A quantity of a claim is matched by the same quantity in the evidence, and by nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from guardrails.quantities import elliptic_durations, find_currencies, find_quantities, is_sum, unmatched


def missing(claim: str, evidence: str, languages: tuple[str | None, str | None] = ("en", "en")) -> list[str]:
    """The surface of each quantity of ``claim`` that ``evidence`` does not have."""
    found = unmatched(
        find_quantities(claim, languages[0]),
        find_quantities(evidence, languages[1], every_word=True),
        currencies=find_currencies(evidence, languages[1]),
    )
    return [claim[q.start : q.end] for q in found]


@pytest.mark.parametrize(
    ("claim", "evidence", "languages"),
    [
        ("45 €", "The fee is EUR 45.00.", ("de", "en")),
        ("1.234,56 €", "€1,234.56", ("de", "en")),
        ("1.500 €", "€1,500", ("de", "en")),
        ("14 Tage", "fourteen days", ("de", "en")),
        ("14 Tage", "two weeks", ("de", "en")),
        ("21日前", "jusqu'au 21e jour avant le départ", ("ja", "fr")),
        ("12个月", "12개월마다", ("zh", "ko")),
        ("500円", "주말에는 500엔입니다.", ("ja", "ko")),
        ("21 dni", "Lhůta je 21 dní.", ("pl", "cs")),
        ("24 hours", "24 часа", ("en", "ru")),
        ("9時から18時まで", "on weekdays from 9 to 18", ("ja", "en")),
        ("un jour, 24 heures", "1 day", ("fr", "en")),
        ("24 Stunden", "one day", ("de", "en")),
        ("7 days", "a week", ("en", "en")),
        ("12 Monate", "1 year", ("de", "en")),
        ("2 lata", "24 Monate", ("pl", "de")),
        ("2 options", "There are two options.", ("en", "en")),
        ("10 days", "10 to 14 days", ("en", "en")),
        ("20 %", "zwanzig Prozent", ("en", "de")),
        ("١٤ يومًا", "十四天以内", ("ar", "zh")),
        ("500 บาท", "THB 500", ("th", "en")),
        ("3 March 2026", "3 มีนาคม 2569", ("en", "th")),
        ("3. März 2026", "2026年3月3日", ("de", "ja")),
        ("March 2026", "Valid from 3 March 2026", ("en", "en")),
        ("3 May 2026", "Dates in 2026: 3 May, 4 June", ("en", "en")),
        ("in 2026", "3 March 2026", ("en", "en")),
        ("14 Uhr", "2 pm", ("de", "en")),
        ("9h", "9 Uhr", ("fr", "de")),
        ("code MX-4410", "The MX\u20114410 is out of stock.", ("en", "en")),
        ("12 EUR", "Fee (EUR) | Country\n12 | Austria", ("en", "en")),
        ("12 €", "Country: Austria; Fee (EUR): 12", ("en", "en")),
        ("50 ريال", "QAR 50", ("ar", "en")),
        ("900 pesos", "$900.00", ("es", "es")),
        ("the 3rd attempt", "attempt 3", ("en", "en")),
        ("nothing to count", "", ("en", "en")),
    ],
)
def test_the_same_quantity_is_found_in_any_writing(claim: str, evidence: str, languages: tuple[str, str]) -> None:
    assert missing(claim, evidence, languages) == []


@pytest.mark.parametrize(
    ("claim", "evidence", "languages"),
    [
        ("45 €", "The fee is EUR 54.", ("en", "en")),
        ("45 €", "45 $", ("en", "en")),
        ("45 €", "45 days at $ 10", ("en", "en")),
        ("45 €", "Fee ($) | 45", ("en", "en")),
        ("1.500 €", "1,50 €", ("de", "de")),
        ("45 €", "45 %", ("en", "en")),
        ("20 %", "20 €", ("en", "en")),
        ("20 %", "20 items, 25 %", ("en", "en")),
        ("14 days", "30 days", ("en", "en")),
        ("14 days", "14 months", ("en", "en")),
        ("14 Tage", "14 Werktage", ("de", "de")),
        ("30 days", "1 month", ("en", "en")),
        ("two weeks", "two months", ("en", "en")),
        ("3 March 2026", "3 May 2026", ("en", "en")),
        ("3 March 2026", "3 March 2025", ("en", "en")),
        ("3 March 2026", "March 2026", ("en", "en")),
        ("14:30", "15:30", ("en", "en")),
        ("MX-4410", "MX-4411", ("en", "en")),
        ("E-17", "17 errors", ("en", "en")),
        ("7 colours", "no number", ("en", "en")),
        ("10 kg", "10 km", ("en", "en")),
        ("三十天", "十三天", ("zh", "zh")),
        ("สิบสี่วัน", "สี่สิบวัน", ("th", "th")),
        ("चौदह दिन", "चौबीस दिन", ("hi", "hi")),
        ("vierundzwanzig Stunden", "zweiundvierzig Stunden", ("de", "de")),
        ("45 €", "", ("en", "en")),
    ],
)
def test_another_quantity_is_not(claim: str, evidence: str, languages: tuple[str, str]) -> None:
    assert missing(claim, evidence, languages) != []


def test_only_the_wrong_one_of_several_is_reported() -> None:
    assert missing("The fee is 45 € within 14 days.", "The fee is 45 € within 30 days.") == ["14 days"]


@pytest.mark.parametrize(
    ("claim", "evidence", "is_one"),
    [
        ("108 €", "39 € for the connection, 69 € for a visit", True),
        ("ten days", "7 days, and 3 days more", True),
        ("2.5 kg", "1.5 kg and 1000 g", True),
        ("107 €", "39 € for the connection, 69 € for a visit", False),
        ("108 $", "39 € for the connection, 69 € for a visit", False),
        ("ten days", "7 days, and 3 months more", False),
        ("number 10", "number 7, number 3", False),
    ],
)
def test_two_of_the_evidence_may_make_one_together(claim: str, evidence: str, is_one: bool) -> None:
    (wanted,) = find_quantities(claim, "en")
    assert is_sum(wanted, find_quantities(evidence, "en")) is is_one


def test_among_many_figures_nothing_is_taken_for_a_sum() -> None:
    (wanted,) = find_quantities("3 €", "en")
    assert not is_sum(wanted, find_quantities(", ".join(f"{at} €" for at in range(1, 15)), "en"))


@pytest.mark.parametrize(
    ("evidence", "language", "unit"),
    [
        ("Repairs usually take three weeks, or five from November to January.", "en", "week"),
        ("Klasse A hat 12, B 5 und C 3 Wochen Garantie.", "de", "week"),
        ("Les cartes valent 3 semaines, les abonnements 5.", "fr", "week"),
        ("Se abona a las 3 semanas, y a las asociaciones a las 5.", "es", "week"),
        ("La risposta arriva in 3 settimane, nei casi difficili in 5.", "it", "week"),
        ("A troca demora 3 semanas, e 5 no inverno.", "pt", "week"),
        ("Naprawa trwa trzy tygodnie, a zimą 5.", "pl", "week"),
        ("يستغرق الإصلاح ٣ أسابيع، وفي الشتاء ٥.", "ar", "week"),
        ("मरम्मत में 3 सप्ताह लगते हैं, सर्दियों में 5।", "hi", "week"),
    ],
)
def test_a_number_takes_its_unit_from_the_duration_beside_it(evidence: str, language: str, unit: str) -> None:
    found = find_quantities(evidence, language, every_word=True)
    elliptic = elliptic_durations(evidence, found, language)
    assert (Decimal(5), unit) in {(each.value, each.unit) for each in elliptic}


@pytest.mark.parametrize(
    ("evidence", "language"),
    [
        ("Up to 5 items may be returned within three weeks.", "en"),
        ("Bis zu 5 Personen haben drei Wochen Zeit.", "de"),
        ("5 colis au plus, sous trois semaines.", "fr"),
        ("Hasta 5 personas en tres semanas.", "es"),
        ("It costs 5 % more after three weeks.", "en"),
        ("3 weeks. " + "Nothing more is said of it in this long sentence about other things. " * 2 + "It is 5.", "en"),
        ("Up to 5 per person.", "en"),
    ],
)
def test_a_number_that_counts_something_else_does_not(evidence: str, language: str) -> None:
    found = find_quantities(evidence, language, every_word=True)
    assert Decimal(5) not in {each.value for each in elliptic_durations(evidence, found, language)}
