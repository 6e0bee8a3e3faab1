"""What is the same word is found as the same term, in each language and writing."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.lexical.terms import entry_terms, question_terms

# One word in two forms that must meet, and another that must not.
INFLECTED = {
    "en": ("returned parcels", "return parcel", "refund"),
    "de": ("Rückgaben", "Rueckgabe", "Rücksicht"),
    "fr": ("remboursements", "remboursés", "réclamation"),
    "es": ("devoluciones", "devolución", "garantía"),
    "pt": ("devoluções", "devolução", "garantia"),
    "it": ("rimborsi", "rimborso", "garanzia"),
    "pl": ("reklamację", "reklamacji", "zwrot"),
    "nl": ("bestellingen", "bestelling", "betaling"),
    "tr": ("siparişler", "siparişlerim", "kargo"),
    "ru": ("возвраты", "возврата", "гарантия"),
    "ar": ("الإرجاع", "إرجاع", "الشحن"),
    "hi": ("नियमों", "नियम", "वापसी"),
    "fa": ("کتاب‌ها", "كتاب", "مجله"),
    "el": ("επιστροφές", "επιστροφή", "εγγύηση"),
}
UNSPACED = {
    "ja": ("返品はできますか", "商品の返品について", "保証期間"),
    "zh": ("怎么退货", "商品退货规则", "付款方式"),
    "th": ("คืนสินค้าได้ไหม", "เงื่อนไขการคืนสินค้า", "ค่าจัดส่ง"),
    "ko": ("환불 되나요", "환불정책을 확인", "배송 기간"),
}


def words(text: str, language: str) -> set[str]:
    return set(entry_terms(text, language)[0])


def names(text: str, language: str = "en") -> set[str]:
    return set(entry_terms(text, language)[1])


@pytest.mark.parametrize("language", INFLECTED)
def test_forms_of_one_word_are_one_term(language: str) -> None:
    one, same, other = INFLECTED[language]
    assert words(one, language) == words(same, language)
    assert not words(one, language) & words(other, language)


@pytest.mark.parametrize("language", UNSPACED)
def test_a_word_is_found_inside_a_sentence_without_spaces(language: str) -> None:
    question, text, other = UNSPACED[language]
    looked_for = {term for term in question_terms(question, language)[0] if len(term) > len("ja:退")}
    assert looked_for & words(text, language)
    assert not looked_for & words(other, language)


@pytest.mark.parametrize("language", ["ja", "zh", "ko"])
def test_a_question_of_one_character_is_found(language: str) -> None:
    assert set(question_terms("灯", language)[0]) & words("灯具说明", language)


@pytest.mark.parametrize(
    ("language", "typed", "written"),
    [
        ("fr", "etranger", "étranger"),
        ("es", "envio", "envío"),
        ("pl", "zolty", "żółty"),
        ("de", "STRASSE", "Straße"),
        ("vi", "khong phai", "không phải"),
        ("ar", "ارجاع", "إِرْجَاع"),
        ("ar", "على", "علي"),
        ("tr", "ışık", "IŞIK"),
        ("hi", "ज़रूरी", "जरूरी"),
        ("en", "Ｌａｍｐ", "lamp"),
        ("it", "perche\u0301", "perché"),
        ("de", "Ver\u00adsand\u200bkosten", "Versandkosten"),
    ],
)
def test_a_word_typed_without_its_signs_is_found(language: str, typed: str, written: str) -> None:
    assert set(question_terms(typed, language)[0]) <= words(written, language)


def test_vietnamese_accents_tell_words_apart_once_the_question_has_any() -> None:
    assert set(question_terms("má", "vi")[0]).isdisjoint(words("mà", "vi"))


@pytest.mark.parametrize("same", ["1.234,56", "1,234.56", "1 234,56", "1'234.56", "١٬٢٣٤٫٥٦", "1234.56", "१,२३४.५६"])
def test_a_number_is_one_term_however_it_is_written(same: str) -> None:
    assert words(same, "de") == {"de:1234.56"}


@pytest.mark.parametrize(
    ("written", "found"),
    [("๓๐", "30"), ("۳۰", "30"), ("३०", "30"), ("３０", "30"), ("30,00", "30"), ("1,00,000", "100000")],
)
def test_digits_of_every_script_and_empty_decimals_are_one_number(written: str, found: str) -> None:
    assert words(written, "hi") == {f"hi:{found}"}


def test_a_date_gives_its_numbers() -> None:
    assert words("01.03.2026", "de") == {"de:1", "de:3", "de:2026"}


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("A-10293", "a10293"),
        ("A-10293", "A 10293"),
        ("E-17", "E17"),
        ("Ａ－１０２９３", "A-10293"),
        ("Lumo R2", "Lumo-R2"),
        ("https://www.shop.example/help/", "shop.example/help https://shop.example/help"),
        ("Anna.K@Merova.example", "anna.k@merova.example"),
        ("KLARA-300_BLK", "klara300blk"),
    ],
)
def test_an_identifier_is_the_same_however_it_is_written(written: str, same: str) -> None:
    assert names(written) & names(same)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Bestellung A-10293 fehlt", {"=a10293", "=10293"}),
        ("注文番号A-10293について", {"=a10293", "=10293"}),
        ("الطلب A-10293 لم يصل", {"=a10293", "=10293"}),
        ("คำสั่งซื้อA-10293", {"=a10293", "=10293"}),
        ("Lumo R2", {"=lumor2", "=lumo", "=r2"}),
        ("shop.example/order/A-10293", {"=shopexampleordera10293", "=a10293", "=10293"}),
        ("EAN 4006381333931", {"=4006381333931"}),
    ],
)
def test_an_identifier_is_kept_whole_and_in_parts_in_every_language(text: str, wanted: set[str]) -> None:
    assert names(text) == wanted


@pytest.mark.parametrize(
    "text", ["30 Tage", "1.234,56 €", "für5", "10:30", "the return-policy", "12.500", "x" * 500 + "1"]
)
def test_what_is_no_identifier_is_none(text: str) -> None:
    assert names(text) == set()


def test_a_plain_word_of_a_question_may_be_part_of_an_identifier() -> None:
    assert "=lumo" in question_terms("la lumo non si accende", "it")[1]


def test_the_same_letters_are_another_word_in_another_language() -> None:
    assert words("Gift", "de").isdisjoint(words("Gift", "en"))


def test_a_regional_tag_is_its_language_and_a_missing_one_is_no_obstacle() -> None:
    assert words("devoluções", "pt-BR") == words("devoluções", "pt")
    assert words("devoluções", "") == {"und:devolucoes"}


@given(st.text(max_size=200), st.sampled_from([*INFLECTED, *UNSPACED, "vi", "xx", ""]))
def test_every_text_is_found_by_its_own_question(text: str, language: str) -> None:
    written, named = entry_terms(text, language)
    looked_for, looked_for_names = question_terms(text, language)
    assert set(looked_for) <= set(written)
    assert set(named) <= set(looked_for_names)
    assert all(term.split() == [term] and "\0" not in term for term in [*written, *named])


@pytest.mark.parametrize(
    "piece", ["a-", "1.", "1 234", "e\u0301" * 9, "A1-", "x@", "http://", "A 1 ", "ก", "漢", "é", "1'"]
)
def test_the_time_grows_with_the_length_and_no_faster(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    started = time.process_time()
    entry_terms(text, random.choice(["de", "th"]))
    assert time.process_time() - started < 4
