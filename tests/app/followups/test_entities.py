"""Where a question names places, products, codes, dates and amounts."""

from __future__ import annotations

import pytest

from app.followups.entities import find_entities
from app.followups.places import find_places, name_in


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "And in South Korea or the United Kingdom?", [("KR", "South Korea"), ("GB", "United Kingdom")]),
        ("de", "Lager in Łódź und Kunden aus der Schweiz", [("PL", "Łódź"), ("CH", "Schweiz")]),
        ("pl", "w Niemczech i we Włoszech", [("DE", "Niemczech"), ("IT", "Włoszech")]),
        ("ru", "А в Швейцарии?", [("CH", "Швейцарии")]),
        ("ar", "وفي المملكة العربية السعودية؟", [("SA", "المملكة العربية السعودية")]),
        ("tr", "Almanya'da", [("DE", "Almanya")]),
        ("hi", "स्विट्ज़रलैंड में", [("CH", "स्विट्ज़रलैंड")]),
        ("ja", "ドイツとスイスでは？", [("DE", "ドイツ"), ("CH", "スイス")]),
        ("ja", "日本語で", []),
        ("zh", "那瑞士呢？", [("CH", "瑞士")]),
        ("th", "แล้วที่เยอรมนีล่ะ", [("DE", "เยอรมนี")]),
        ("th", "ภาษาไทย", []),
        ("en", "May I return it?", []),
    ],
)
def test_places_are_found_whole(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert [(place.country, text[place.start : place.end]) for place in find_places(text, language)] == expected


@pytest.mark.parametrize(
    ("country", "surface", "of_language", "language", "expected"),
    [
        ("CH", "Schweiz", "de", "en", "Switzerland"),
        ("CH", "Швейцарию", "ru", "fr", "Suisse"),
        ("FR", "Lyon", "en", "de", "Lyon"),
        ("PL", "Polish", "en", "de", "Polish, Polen"),
        ("CH", "Schweiz", "de", "de", "Schweiz"),
    ],
)
def test_a_place_is_written_as_the_other_language_calls_it(
    country: str, surface: str, of_language: str, language: str, expected: str
) -> None:
    assert name_in(country, surface, of_language, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "What does E-17 mean on the Lumo R2?", [("code", "E-17"), ("product", "Lumo R2")]),
        ("de", "Und E-26 bei der Klara 300?", [("code", "E-26"), ("product", "Klara 300")]),
        ("en", "Where is order MV-DE-20481937?", [("code", "MV-DE-20481937")]),
        ("en", "order 12345", [("code", "12345")]),
        ("pt", "um pedido de R$ 500,00", [("amount", "R$ 500,00")]),
        ("en", "over 24 months at 3 %", [("duration", "24 months"), ("percent", "3 %")]),
        ("fr", "un colis de 20 kg", [("measure", "20 kg")]),
        ("en", "on 15 April or on Sundays", [("date", "15 April"), ("date", "Sundays")]),
        ("de", "am Sonntag im Mai", [("date", "Sonntag"), ("date", "Mai")]),
        ("ja", "日曜日は？", [("date", "日曜日")]),
        ("fr", "Et la Rulla ?", [("name", "Rulla")]),
        ("zh", "那 Sova 呢？", [("name", "Sova")]),
        ("de", "Und mit Karte?", []),
        ("en", "Bruna B1", [("product", "Bruna B1")]),
    ],
)
def test_what_a_question_names_is_found_with_its_kind(
    language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert [(entity.kind, entity.text) for entity in find_entities(text, language)] == expected
