"""Countries are found by name, people, city and order number, in any language."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.places import countries, country_shares


@pytest.mark.parametrize(
    ("text", "language", "country"),
    [
        ("Does a customer in Thailand pay for the return?", "en", "TH"),
        ("An Austrian wants to know what we hold on him", "en", "AT"),
        ("Die Kundin aus den Niederlanden wartet", "de", "NL"),
        ("Un client français a payé deux fois", "fr", "FR"),
        ("Una clienta de México quiere pagar a plazos", "es", "MX"),
        ("Um cliente na Índia recusou três entregas", "pt", "IN"),
        ("Una ditta olandese vuole ordinare", "it", "NL"),
        ("Klientka z Niemiec chce oddać garnki", "pl", "DE"),
        ("Een klant uit Zwitserland", "nl", "CH"),
        ("Türkiye'deki müşteri", "tr", "TR"),
        ("زبون في فرنسا وصله طرد تالف", "ar", "FR"),
        ("जर्मन ग्राहक ने विज्ञापन बंद करवाए", "hi", "DE"),
        ("ドイツのお客様が返品を希望しています", "ja", "DE"),
        ("瑞士客户拒收包裹", "zh", "CH"),
        ("ลูกค้าญี่ปุ่นเพิ่งซื้อ", "th", "JP"),
        ("독일 고객이 환불을 원합니다", "ko", "DE"),
    ],
)
def test_a_country_or_its_people_are_recognised_in_the_language_of_the_text(
    text: str, language: str, country: str
) -> None:
    assert set(countries(text, language)) == {country}


@pytest.mark.parametrize(
    ("text", "language", "country"),
    [
        ("Customer in Guadalajara wants instalments", "en", "MX"),
        ("Klient z Gdańska dzwonił", "pl", "PL"),
        ("Un cliente di Varsavia non ha ritirato il pacco", "it", "PL"),
        ("Livraison à Djeddah demain", "fr", "SA"),
        ("大阪のお客様", "ja", "JP"),
    ],
)
def test_a_city_stands_for_its_country(text: str, language: str, country: str) -> None:
    assert country in countries(text, language)


def test_an_order_number_tells_its_country() -> None:
    assert countries("Wo ist MV-PL-30918244?", "de") == {"PL": 1}


@pytest.mark.parametrize("text", ["Die Bruna B1 zeigt F04", "Nice to meet you", "Was gibt es zum Essen?", "Klara 300"])
def test_products_and_common_words_are_no_places(text: str) -> None:
    assert not countries(text, "de" if "Essen" in text or "zeigt" in text else "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The rivers of South America", "en"),
        ("Latin American customers", "en"),
        ("Реки Южной Америки", "ru"),
        ("Того, что нужно, нет", "ru"),
        ("أنهار أمريكا الجنوبية", "ar"),
        ("南アメリカの川", "ja"),
        ("แม่น้ำในอเมริกาใต้", "th"),
        ("दक्षिण अमेरिका में", "hi"),
    ],
)
def test_half_a_continent_is_no_country(text: str, language: str) -> None:
    assert not countries(text, language)


def test_a_country_beside_half_a_continent_is_still_named() -> None:
    assert set(countries("South America, and the United States of America", "en")) == {"US"}
    assert set(countries("南アメリカとアメリカ", "ja")) == {"US"}


def test_austria_is_not_australia() -> None:
    assert set(countries("Ship it to Australia, not to Austria", "en")) == {"AU", "AT"}
    assert set(countries("Australian customers", "en")) == {"AU"}


def test_a_document_is_about_the_countries_it_names_most_and_that_its_language_stands_for() -> None:
    shares = country_shares("Für Deutschland 4,95 €, für Österreich 6,95 €. In Deutschland kostenlos.", "Versand", "de")
    assert set(shares) == {"DE", "AT"}
    assert shares["DE"] > shares["AT"]
    assert sum(shares.values()) == pytest.approx(1, abs=1e-3)
    assert country_shares("Naprawa trwa 14 dni.", "Naprawy", "pl") == {"PL": 1.0}
    assert country_shares("Press the reset button.", "Troubleshooting", "en") == {}


@given(st.text(max_size=60), st.sampled_from(["en", "ar", "hi", "ja", "th", "ko"]))
@example("\u064e \u064b", "ar")  # vowel marks that lost their letters
@example("قال \u0651 في فرنسا", "ar")
def test_no_text_is_too_odd(text: str, language: str) -> None:
    assert all(len(code) == 2 for code in countries(text, language))
