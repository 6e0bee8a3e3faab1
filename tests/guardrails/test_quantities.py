"""Quantities are found and normalised in fourteen languages."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guardrails.quantities import DateParts, Quantity, find_quantities
from tests.support.patience import processor_seconds

LANGUAGES = ["en", "de", "fr", "es", "pt", "it", "pl", "nl", "tr", "ar", "hi", "ja", "zh", "th"]
SCRIPTS = ["latn", "arab", "arabext", "deva", "thai", "fullwide"]

# What numbers meet in running text, to be put together in any order.
PIECES = (
    *(
        "1",
        "2.5",
        "3,5",
        "12",
        "%",
        "€",
        "$",
        "EUR",
        "days",
        "Tage",
        "天",
        "年",
        "月",
        "日",
        ".",
        ",",
        "-",
        "–",
        "(",
        ")",
    ),
    *("[", "]", "h", ":", "May", "مئة", "สิบ", "万", "MX-", "le", "te", "vier", "und", " "),
)


def only(text: str, language: str | None = None) -> Quantity:
    found = find_quantities(text, language)
    assert len(found) == 1, found
    return found[0]


def short(text: str, language: str | None = None) -> list[tuple[str, str, str | None]]:
    return [(q.kind, str(q.value), q.unit) for q in find_quantities(text, language)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u202f234,56", "1234.56"),
        ("1'234.56", "1234.56"),
        ("1’234.56", "1234.56"),
        ("1,23,456", "123456"),
        ("12,34,567.5", "1234567.5"),
        ("١٬٢٣٤٫٥٦", "1234.56"),
        ("۱٬۲۳۴٫۵۶", "1234.56"),
        ("१,२३,४५६", "123456"),
        ("๑,๒๓๔.๕๖", "1234.56"),
        ("１，２３４．５６", "1234.56"),
        ("1.234.567", "1234567"),
        ("0,5", "0.5"),
        ("0.500", "0.5"),
        ("12345", "12345"),
    ],
)
@pytest.mark.parametrize("language", [None, "de", "en"])
def test_every_notation_is_read(text: str, value: str, language: str | None) -> None:
    assert only(text, language).value == Decimal(value)


def test_an_ambiguous_notation_carries_both_readings_the_languages_own_first() -> None:
    german, english = only("1.234 Teile", "de"), only("1.234 parts", "en")
    assert (german.value, german.alternatives) == (Decimal(1234), (Decimal("1.234"),))
    assert (english.value, english.alternatives) == (Decimal("1.234"), (Decimal(1234),))


def test_a_regional_language_tag_is_understood() -> None:
    assert only("catorze dias", "pt-BR").value == Decimal(14)
    assert only("¥100", "zh_CN").unit == "CNY"


def test_a_grouped_amount_in_its_own_language_is_not_a_small_one() -> None:
    assert only("1.500 €", "de").readings == (Decimal(1500),)


@given(
    language=st.sampled_from(LANGUAGES),
    script=st.sampled_from(SCRIPTS),
    number=st.decimals(min_value=0, max_value=10**10, places=2),
)
@example(language="fr", script="latn", number=Decimal(5_000_000_000))  # its groups of noughts are no telephone number
@settings(max_examples=300, deadline=None)
def test_a_number_written_by_the_locale_is_found_with_its_value(language: str, script: str, number: Decimal) -> None:
    text = format_decimal(number, locale=language, numbering_system=script)
    found = find_quantities(f"→ {text} ←", language)
    assert len(found) == 1
    assert number in found[0].readings


@given(
    language=st.sampled_from(LANGUAGES),
    currency=st.sampled_from(["EUR", "USD", "GBP", "CHF", "PLN", "INR", "THB", "CNY", "AED", "SAR"]),
    number=st.decimals(min_value=2, max_value=10**6, places=2),
    style=st.sampled_from(["standard", "name"]),
)
@settings(max_examples=300, deadline=None)
def test_an_amount_written_by_the_locale_is_found_with_its_currency(
    language: str, currency: str, number: Decimal, style: str
) -> None:
    if language == "pl" and style == "name" and currency in ("SAR", "THB", "AED"):
        return  # "riala saudyjskiego" of fractions is nobody's wording
    found = only(format_currency(number, currency, locale=language, format_type=style), language)
    assert found.kind == "amount"
    assert number in found.readings
    assert currency in found.units


@given(
    language=st.sampled_from(LANGUAGES),
    day=st.dates(date(2000, 1, 1), date(2049, 12, 31)),
    style=st.sampled_from(["full", "long", "medium", "short"]),
)
@settings(max_examples=300, deadline=None)
def test_a_date_written_by_the_locale_is_found(language: str, day: date, style: str) -> None:
    found = only(format_date(day, style, locale=language), language)
    assert found.kind == "date"
    assert DateParts(day.year, day.month, day.day) in found.readings


@given(
    language=st.sampled_from(LANGUAGES),
    unit=st.sampled_from(["minute", "hour", "day", "week", "month", "year"]),
    count=st.integers(2, 400),
)
@settings(max_examples=300, deadline=None)
def test_a_duration_written_by_the_locale_is_found(language: str, unit: str, count: int) -> None:
    found = only(format_unit(count, f"duration-{unit}", locale=language), language)
    assert (found.kind, found.value, found.unit) == ("duration", Decimal(count), unit)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_percentage_written_by_the_locale_is_found(language: str) -> None:
    found = only(format_percent(Decimal("0.125"), "#,##0.0%", locale=language), language)
    assert (found.kind, found.value) == ("percent", Decimal("12.5"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "20 percent"), ("de", "20 Prozent"), ("fr", "vingt pour cent"), ("es", "20 por ciento"),
        ("pt", "vinte por cento"), ("it", "20 percento"), ("pl", "20 procent"), ("nl", "twintig procent"),
        ("tr", "yüzde 20"), ("tr", "%20"), ("ar", "عشرين بالمئة"), ("ar", "٢٠٪"), ("hi", "20 प्रतिशत"),
        ("ja", "20パーセント"), ("zh", "百分之二十"), ("zh", "百分之20"), ("th", "ร้อยละ 20"), ("th", "ร้อยละยี่สิบ"),
    ],
)  # fmt: skip
def test_percent_words_are_known(language: str, text: str) -> None:
    assert short(text, language) == [("percent", "20", "%")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "fourteen days"), ("de", "vierzehn Tage"), ("de", "vierzehntägig"), ("fr", "quatorze jours"),
        ("es", "catorce días"), ("pt", "quatorze dias"), ("it", "quattordici giorni"), ("pl", "czternaście dni"),
        ("pl", "czternastu dni"), ("nl", "veertien dagen"), ("tr", "on dört gün"), ("ar", "أربعة عشر يومًا"),
        ("hi", "चौदह दिन"), ("th", "สิบสี่วัน"), ("ja", "十四日"), ("zh", "十四天"), (None, "vierzehn Tage"),
        ("en", "14-day"), ("de", "14-tägige"), ("pl", "14-dniowy"), ("en", "**14** days"), ("de", "14\nTage"),
    ],
)  # fmt: skip
def test_fourteen_days_are_found_in_words_and_digits(language: str | None, text: str) -> None:
    assert short(text, language) == [("duration", "14", "day")]


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "two hundred and fifty euros", 250), ("de", "zweihundertfünfzig Euro", 250),
        ("fr", "quatre-vingt-dix euros", 90), ("es", "treinta y cinco euros", 35), ("pt", "trinta e cinco euros", 35),
        ("it", "ventotto euro", 28), ("nl", "vierentwintig euro", 24), ("pl", "dwieście pięćdziesiąt euro", 250),
        ("tr", "otuz beş euro", 35), ("ar", "خمسة وأربعون يورو", 45), ("hi", "पैंतालीस यूरो", 45),
        ("th", "สี่สิบห้ายูโร", 45), ("ja", "四十五ユーロ", 45), ("zh", "一千二百欧元", 1200),
        ("ja", "1万2000ユーロ", 12000), ("de", "5 Mio. Euro", 5000000), ("es", "2 millones de euros", 2000000),
        ("hi", "3 लाख यूरो", 300000), ("en", "€1.5k", 1500),
    ],
)  # fmt: skip
def test_composed_number_words_are_added_up(language: str, text: str, value: int) -> None:
    found = only(text, language)
    assert (found.kind, found.value, found.unit) == ("amount", Decimal(value), "EUR")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "one of our colleagues has a question and an idea"), ("en", "tents and tenders"),
        ("pt", "Milano, milhas"),
        ("fr", "un avis neuf"), ("de", "ein Kollege und eine Kollegin"), ("it", "sei sicuro"),
        ("th", "ห้ามคืนสินค้า"), ("zh", "一般十分满意"), ("ja", "万一の場合"),
    ],
)  # fmt: skip
def test_words_that_do_not_count_are_left_alone(language: str, text: str) -> None:
    assert find_quantities(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "5 business days"), ("de", "5 Werktage"), ("fr", "5 jours ouvrés"), ("es", "5 días hábiles"),
        ("pt", "5 dias úteis"), ("it", "5 giorni lavorativi"), ("pl", "5 dni roboczych"), ("nl", "5 werkdagen"),
        ("tr", "5 iş günü"), ("ar", "5 أيام عمل"), ("hi", "5 कार्य दिवस"), ("ja", "5営業日"), ("zh", "5个工作日"),
        ("th", "5 วันทำการ"),
    ],
)  # fmt: skip
def test_business_days_are_not_days(language: str, text: str) -> None:
    assert short(text, language) == [("duration", "5", "business day")]


@pytest.mark.parametrize(
    ("language", "text", "parts"),
    [
        ("en", "2026-03-03", (2026, 3, 3)), ("en", "March 3rd, 2026", (2026, 3, 3)),
        ("de", "3. März 2026", (2026, 3, 3)), ("pl", "3 maja", (None, 5, 3)), ("fr", "1er mars 2026", (2026, 3, 1)),
        ("pt", "1º de maio de 2026", (2026, 5, 1)), ("ja", "2026年3月3日", (2026, 3, 3)),
        ("ja", "令和8年3月3日", (2026, 3, 3)), ("zh", "二〇二六年三月三日", (2026, 3, 3)),
        ("ar", "٣ أيار ٢٠٢٦", (2026, 5, 3)), ("de", "03/2026", (2026, 3, None)),
        ("zh", "二〇二六年", (2026, None, None)),
    ],
)  # fmt: skip
def test_dates_are_read(language: str, text: str, parts: tuple[int | None, ...]) -> None:
    assert only(text, language).value == DateParts(*parts)


def test_a_numeric_date_keeps_both_orders_where_it_is_ambiguous() -> None:
    assert set(only("3/5/2026", "en").readings) == {DateParts(2026, 3, 5), DateParts(2026, 5, 3)}
    assert only("25/12/2026", "en").readings == (DateParts(2026, 12, 25),)


def test_a_buddhist_year_has_its_gregorian_reading() -> None:
    assert DateParts(2026, 3, 3) in only("3 มีนาคม 2569", "th").readings
    assert Decimal(2026) in only("2569", "th").readings
    assert only("2569", "en").readings == (Decimal(2569),)


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "2:30 pm", "14:30"), ("de", "14 Uhr", "14:00"), ("fr", "14h30", "14:30"),
        ("ja", "午後2時30分", "14:30"), ("zh", "下午2点", "14:00"), ("th", "14.30 น.", "14:30"),
        ("ar", "9 صباحًا", "09:00"), ("hi", "9 बजे", "09:00"),
    ],
)  # fmt: skip
def test_clock_times_are_read(language: str, text: str, value: str) -> None:
    assert short(text, language) == [("time", value, None)]


@pytest.mark.parametrize("code", ["MX-4410", "E-17", "F04", "MV-DE-20481937", "T2", "v2.1"])
def test_codes_are_codes_and_not_numbers(code: str) -> None:
    assert short(f"siehe {code}.", "de") == [("code", code.upper(), None)]


def test_the_number_of_a_code_is_no_clock_time() -> None:
    assert short("Fehler E-17 am Gerät", "de") == [("code", "E-17", None)]
    assert short("Fehler E-17 am Gerät", "en") == [("code", "E-17", None)]


def test_a_non_breaking_hyphen_does_not_change_a_code() -> None:
    assert only("MX\u20114410").value == "MX-4410"


def test_a_currency_or_unit_written_on_is_no_code() -> None:
    assert short("CHF12, 100EUR, 24H, 14-TAGE", "de") == [
        ("amount", "12", "CHF"), ("amount", "100", "EUR"), ("duration", "24", "hour"), ("duration", "14", "day"),
    ]  # fmt: skip


def test_a_telephone_number_is_one_code() -> None:
    assert short("+49 30 1234567") == [("code", "49301234567", None)]


def test_citation_markers_and_list_numbers_are_no_quantities() -> None:
    assert short("1. Senden Sie es zurück [1], [2, 3].\n2) Warten Sie 14 Tage.", "de") == [("duration", "14", "day")]


def test_a_date_at_the_start_of_a_line_is_no_list_number() -> None:
    assert only("3. März 2026", "de").kind == "date"


def test_both_ends_of_a_range_have_the_unit() -> None:
    assert short("10–14 Werktage", "de") == [("duration", "10", "business day"), ("duration", "14", "business day")]
    assert short("€10-20", "en") == [("amount", "10", "EUR"), ("amount", "20", "EUR")]
    assert short("9–17 Uhr", "de") == [("time", "09:00", None), ("time", "17:00", None)]


def test_the_header_of_a_table_row_gives_the_unit() -> None:
    assert short("Land: CH; Gebühr (EUR): 12; Tage: 14", "de") == [("amount", "12", "EUR"), ("duration", "14", "day")]


def test_a_unit_that_belongs_to_another_number_is_not_taken_twice() -> None:
    assert short("| 49,00 € | 2–3 Werktage |", "de") == [
        ("amount", "49.00", "EUR"), ("duration", "2", "business day"), ("duration", "3", "business day"),
    ]  # fmt: skip


def test_each_amount_keeps_its_own_currency() -> None:
    assert short("EUR 10 USD 20", "en") == [("amount", "10", "EUR"), ("amount", "20", "USD")]
    assert short("10 EUR 20 USD", "en") == [("amount", "10", "EUR"), ("amount", "20", "USD")]


def test_the_yen_sign_is_the_currency_at_home() -> None:
    assert only("¥100", "zh").unit == "CNY"
    assert only("¥100", "ja").unit == "JPY"


def test_offsets_point_into_the_original_text() -> None:
    text = "Gebu\u0308hr\u200f:\u00a0  ١٬٢٣٤٫٥٦ € in vierzehn Tagen"
    assert [text[q.start : q.end] for q in find_quantities(text, "de")] == ["١٬٢٣٤٫٥٦ €", "vierzehn Tagen"]


def test_numbers_in_several_scripts_in_one_text_are_all_found() -> None:
    assert [q.value for q in find_quantities("12 ١٢٫٥ ३४ ５６ 七十八 ๙๐%")] == [
        Decimal("12"), Decimal("12.5"), Decimal(34), Decimal(56), Decimal(78), Decimal(90)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "hostile",
    ["1" * 10_000, "123 " * 2_500, "1.2" * 3_000, "1," * 5_000, "dreizehn" * 1_200 + "x", "A1-" * 3_000 + "!",
     "十" * 10_000, " " * 10_000, "[1" * 5_000, "+1 22 " * 1_600, "a" + "\u0301" * 10_000, "١3३๓３" * 2_000,
     "(€ " * 3_000, "2026年" * 2_000],
    ids=lambda text: text[:8],
)  # fmt: skip
@pytest.mark.parametrize("language", ["de", None])
def test_hostile_text_takes_linear_time(hostile: str, language: str | None) -> None:
    find_quantities("14 Tage", language)  # the lexicon is read once
    assert processor_seconds(lambda: find_quantities(hostile, language)) < 2  # 10 µs a character; or it were minutes


def test_a_very_long_number_is_an_identifier() -> None:
    assert only("9" * 500).kind == "code"


@given(st.text(max_size=200), st.sampled_from([*LANGUAGES, None]))
@settings(max_examples=300, deadline=None)
def test_any_text_at_all_is_read_without_an_error(text: str, language: str | None) -> None:
    for quantity in find_quantities(text, language):
        assert 0 <= quantity.start < quantity.end <= len(text)


@given(
    st.lists(st.sampled_from(PIECES), max_size=12),
    st.sampled_from([*LANGUAGES, None]),
)
@settings(max_examples=300, deadline=None)
def test_any_mixture_of_numbers_and_units_is_read_without_an_error(parts: list[str], language: str | None) -> None:
    text = "".join(parts)
    found = find_quantities(text, language)
    assert all(left.end <= right.start for left, right in itertools.pairwise(found))
