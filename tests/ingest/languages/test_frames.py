"""A question that borrows words from another language is answered in the language of its frame."""

from __future__ import annotations

import pytest

from ingest.languages import identify, identify_question
from ingest.languages.frames import framing_script, without_quotations

MIXED: tuple[tuple[str, str], ...] = (
    ("de", "Wie beantrage ich ein refund?"),
    ("de", "Kann ich das Item canceln?"),
    ("de", "Wo finde ich mein Shipping Label?"),
    ("en", "What does Rückgabefrist mean?"),
    ("en", "Does the Garantie cover my Waschmaschine?"),
    ("en", "Can I use a Gutschein for this order?"),
    ("fr", "C'est quoi le tracking number ?"),
    ("es", "¿Dónde está mi tracking number?"),
    ("pt", "Qual é o status do meu refund?"),
    ("it", "Qual è lo status del mio ordine?"),
    ("pl", "Gdzie jest mój tracking number?"),
    ("nl", "Hoe vraag ik een refund aan?"),
    ("nl", "Wat betekent Rückgabefrist?"),
    ("tr", "Refund nasıl alabilirim?"),
    ("vi", "Làm sao để refund đơn hàng?"),
    ("en", "What is 返品期限?"),
    ("en", "What does 返品 mean on my invoice?"),
    ("en", "How do I pay with Онлайн оплата?"),
    ("ja", "Refund policy について教えてください"),
    ("ja", "iPhone 15 Pro Max の return policy とは？"),
    ("zh", "请问 refund policy 是什么？"),
    ("zh", "我的 order status 怎么查？"),
    ("ko", "배송 status 확인해 주세요"),
    ("ko", "tracking number 어디서 볼 수 있나요?"),
    ("hi", "मेरा refund कब आएगा?"),
    ("hi", "Refund policy क्या है?"),
    ("th", "ขอ refund ได้ไหม"),
    ("th", "Tracking number อยู่ที่ไหน"),
    ("ar", "أين tracking number الخاص بطلبي؟"),
    ("fa", "چطور refund بگیرم؟"),
    ("he", "איך מקבלים refund?"),
    ("ru", "Где мой tracking number?"),
    ("uk", "Як отримати cashback?"),
    ("el", "Πώς κάνω refund;"),
)


@pytest.mark.parametrize(("language", "question"), MIXED)
def test_borrowed_words_do_not_decide(language: str, question: str) -> None:
    conversation = "de" if language == "en" else "en"
    assert identify(question).language == language
    assert identify_question(question, fallback=conversation).language == language


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "What does “plazo de devolución para los pedidos” mean?"),
        ("de", 'Was bedeutet "proof of purchase is required for all returns"?'),
        ("fr", "Que veut dire « die Frist beginnt mit dem Zugang der Ware » ?"),
        ("ja", "「Widerrufsrecht der Verbraucher」とは何ですか？"),
        ("en", "What is the meaning of 「お客様都合の返品はできません」 here?"),
        ("it", "Che cosa significa 'you are not eligible for this offer'?"),
    ],
)
def test_what_is_quoted_is_asked_about_and_does_not_decide(language: str, question: str) -> None:
    assert identify_question(question, fallback="pl").language == language


def test_a_question_wholly_in_quotation_marks_is_read_all_the_same() -> None:
    assert without_quotations("„Wo ist mein Paket?“") == "„Wo ist mein Paket?“"
    assert identify_question('"Wo ist mein Paket?"', fallback="en").language == "de"


def test_apostrophes_are_no_quotation_marks() -> None:
    text = "I can't find what's in the customers' basket"
    assert without_quotations(text) == text


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Wireless Headphones 无线耳机 充电盒", "han"),
        ("Samsung Galaxy Ultra Wireless Charger (삼성)", "latin"),
        ("Galaxy SE รับซื้อ SE US ราคาสูง", "thai"),
        ("Returns", "latin"),
        ("2026-11-21", None),
    ],
)
def test_without_function_words_the_letters_decide_and_capitals_are_none(text: str, script: str | None) -> None:
    assert framing_script(text) == script
