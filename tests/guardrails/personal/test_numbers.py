"""A number is personal when its form and its check digits say so, and not when one digit is another."""

from __future__ import annotations

import pytest

from guardrails.personal.find import find_personal


def found(text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(span.type, text[span.start : span.end]) for span in find_personal(text, language)]


# By country: a sentence around the number, a right one, and one whose check digits are wrong.
NATIONAL = {
    "de": ("Meine Steuer-ID ist {}.", "36574261809", "36574261890"),
    "fr": ("Numéro {} svp", "295109912611193", "295109912611199"),
    "es": ("DNI {}", "12345678Z", "12345678A"),
    "es-nie": ("Mi número {}", "X1234567L", "X1234567A"),
    "it": ("Codice {}", "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
    "pl": ("PESEL {}", "44051401359", "44051401358"),
    "pt": ("O meu contribuinte {}", "123456789", "123456783"),
    "nl": ("Mijn BSN {}", "111222333", "111222335"),
    "gb-nhs": ("My NHS number {}", "943 476 5919", "943 476 5918"),
    "in": ("आधार {}", "2341 2341 2346", "2341 2341 2345"),
    "br": ("CPF {}", "529.982.247-25", "529.982.247-26"),
    "jp": ("マイナンバー{}", "123456789018", "123456789017"),
    "cn": ("身份证{}", "11010519491231002X", "110105194912310021"),
    "th": ("เลข {}", "1-1014-00000-01-4", "1-1014-00000-01-2"),
    "fi": ("Tunnus {}", "131052-308T", "131052-308U"),
    "se": ("Nummer {}", "811228-9874", "811228-9873"),
    "be": ("Nummer {}", "85.07.30-033.28", "85.07.30-033.61"),
    "ch": ("AHV {}", "756.9217.0769.85", "756.9217.0769.84"),
    "tr": ("Numara {}", "10000000146", "10000000147"),
    "kr": ("번호 {}", "900101-1234567", "901301-1234567"),
}


@pytest.mark.parametrize("country", NATIONAL)
def test_a_national_identifier_is_found(country: str) -> None:
    sentence, right, _ = NATIONAL[country]
    assert ("NATIONAL_ID", right) in found(sentence.format(right), country[:2])


@pytest.mark.parametrize("country", NATIONAL)
def test_wrong_check_digits_make_it_none(country: str) -> None:
    sentence, _, wrong = NATIONAL[country]
    assert "NATIONAL_ID" not in [kind for kind, _ in found(sentence.format(wrong), country[:2])]


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("CARD", "4111 1111 1111 1111", "4111 1111 1111 1112"),
        ("CARD", "5555-5555-5555-4444", "5555-5555-5555-4445"),
        ("CARD", "４１１１１１１１１１１１１１１１", "４１１１１１１１１１１１１１１２"),
        ("IBAN", "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 01"),
        ("IBAN", "GB82WEST12345698765432", "GB82WEST12345698765433"),
        ("IP", "203.0.113.77", "203.0.113.777"),
        ("IP", "2001:db8::8a2e:370:7334", "2001:db8::8a2e:370:73345"),
        ("NATIONAL_ID", "536-22-8726", "666-22-8726"),
    ],
)
def test_cards_accounts_and_addresses_of_machines(kind: str, right: str, wrong: str) -> None:
    assert found(f"It is {right}, please.") == [(kind, right)]
    assert kind not in [name for name, _ in found(f"It is {wrong}, please.")]


def test_what_follows_an_iban_is_no_part_of_it() -> None:
    assert found("Use DE89 3704 0044 0532 0130 00 and wait") == [("IBAN", "DE89 3704 0044 0532 0130 00")]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Geboren am 03.07.1979", "de"),
        ("né le 3 mars 1980", "fr"),
        ("Nací el 5 de mayo de 1990", "es"),
        ("Data urodzenia: 14.05.1944", "pl"),
        ("Doğum tarihim 12.03.1985", "tr"),
        ("дата рождения 12.03.1985", "ru"),
        ("تاريخ الميلاد ١٢/٠٣/١٩٨٥", "ar"),
        ("मेरी जन्म तिथि १२/०३/१९८५", "hi"),
        ("生年月日は1985年3月12日です", "ja"),
        ("我的生日是1985年3月12日", "zh"),
        ("생년월일 1985년 3월 12일", "ko"),
        ("วันเกิด 12/03/2528", "th"),
    ],
)
def test_a_date_is_personal_beside_a_word_for_birth(text: str, language: str) -> None:
    assert [kind for kind, _ in found(text, language)] == ["BIRTH_DATE"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Versand kostet 6,90 € ab dem 01.03.2026.", "de"),
        ("Article 4006381333931 is out of stock until 14 April.", "en"),
        ("Firmware version 2.4.1.7 broke the remote control.", "en"),
        ("We spoke between 2019-2021 about the 10.000 EUR limit.", "en"),
        ("送料は2026年3月1日から550円です。", "ja"),
        ("Bestellung 30123456789 kam zu spät", "de"),
    ],
)
def test_dates_amounts_and_articles_are_not_personal(text: str, language: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("Rufen Sie 0171 2345678 an", "de", "0171 2345678"),
        ("+44 20 7946 0958 is mine", "en", "+44 20 7946 0958"),
        ("電話は090-1234-5678です", "ja", "090-1234-5678"),
        ("اتصلوا بي على ٠١٠١٢٣٤٥٦٧٨", "ar", "٠١٠١٢٣٤٥٦٧٨"),
        ("call 905-674-3793 now", "en", "905-674-3793"),
    ],
)
def test_telephone_numbers(text: str, language: str, number: str) -> None:
    assert ("PHONE", number) in found(text, language)
