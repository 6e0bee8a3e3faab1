"""What a follow-up names takes the place of what was named before; where it says more, the two are joined."""

from __future__ import annotations

import pytest

from app.answers import Replacement, Turn, Understanding
from app.followups import understand
from tests.app.followups.conversations import read_conversations, understood

BY_ID = {conversation.id: conversation for conversation in read_conversations("", "_later")}


def taken(language: str, *questions: str) -> Understanding:
    """How the last of ``questions`` is understood, each after those before it."""
    turns: list[Turn] = []
    for question in questions:
        known = understand(question, language, turns)
        turns += [
            Turn(role="user", text=question, language=language, understood=known),
            Turn(role="assistant", text="…", language=language),
        ]
    assert known is not None, questions[-1]
    return known


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("P-01", "What does standard parcel shipping to Switzerland cost?"),
        ("P-02", "Wie lange haben Kunden in Spanien Zeit für eine Rücksendung?"),
        ("P-03", "En Pologne, combien de temps avons-nous pour répondre à une réclamation ?"),
        ("P-04", "¿En cuántas cuotas sin intereses se puede pagar en Turquía?"),
        ("P-05", "Em quantas parcelas sem juros o cliente pode pagar na Turquia?"),
        ("P-06", "Quanto costa il pagamento in contrassegno in Egitto?"),
        ("P-07", "Ile kosztuje przesyłka za pobraniem w Indiach?"),
        ("P-08", "Hoe lang worden telefoongesprekken met klanten in Frankrijk bewaard?"),
        ("P-09", "Meksika'da taksitle ödeme için en düşük tutar ne kadar?"),
        ("P-10", "Сколько дней есть у клиента в Китае, чтобы вернуть товар?"),
        ("P-11", "كم رسم خدمة الدفع عند الاستلام في الهند؟"),
        ("P-12", "पोलैंड में कैश ऑन डिलीवरी का शुल्क कितना है?"),
        ("P-13", "ポーランドでは代金引換の手数料はいくらですか？"),
        ("P-14", "在印度，顾客无理由退货的期限是几天？"),
        ("P-15", "ที่จีนลูกค้าคืนสินค้าได้ภายในกี่วัน"),
        ("P-21", "How do Polish customers prove who they are when they ask for their data?"),
        ("P-24", "Was kostet Zahlung per Nachnahme in Ägypten?"),
        ("R-01", "What does F09 mean on the Bruna B1?"),
        ("R-04", "日本でRullaの保証期間は何年ですか？"),
        ("R-07", "Which serial numbers are affected by the recall of the Torv D18?"),
        ("T-01", "Is the Chiang Mai store open on 15 April?"),
        ("T-02", "Hat der Laden in Riad am Sonntag offen?"),
        ("T-03", "No Brasil, um pedido de R$ 2.500,00 dá para parcelar em quantas vezes sem juros?"),
        ("C-01", "Which payment term do business customers get in the Netherlands?"),
        ("L-24", "Wie viel Zinsen zahlt man in Deutschland bei 24 Monaten Ratenkauf?"),
    ],
)
def test_another_of_the_same_kind_takes_the_place_of_the_first(id: str, expected: str) -> None:
    known = understood(BY_ID[id])
    assert known is not None
    assert (known.how, known.question) == ("substituted", expected)
    assert known.language == BY_ID[id].language


def test_the_record_says_what_was_replaced_and_why() -> None:
    known = taken("de", "Was kostet der Versand nach Österreich?", "Und in die Schweiz?")
    assert known == Understanding(
        question="Was kostet der Versand in die Schweiz?",
        language="de",
        how="substituted",
        earlier="Was kostet der Versand nach Österreich?",
        signs=("connective", "names-another"),
        replaced=(Replacement(kind="place", old="Österreich", new="Schweiz"),),
    )


@pytest.mark.parametrize(
    ("earlier", "earlier_language", "follow_up", "language", "expected"),
    [
        ("How long is the warranty in Germany?", "en", "Und in Japan?", "de", "How long is the warranty in Japan?"),
        (
            "How long is the warranty in Germany?",
            "en",
            "そしてスイスは？",
            "ja",
            "How long is the warranty in Switzerland?",
        ),
        ("日本では保証は何年ですか？", "ja", "and in Germany?", "en", "ドイツでは保証は何年ですか？"),
        ("¿Cuánto cuesta el envío a Alemania?", "es", "а в Швейцарию?", "ru", "¿Cuánto cuesta el envío a Suiza?"),
        ("كم رسم الشحن إلى مصر؟", "ar", "et en Inde ?", "fr", "كم رسم الشحن إلى الهند؟"),
        ("What do schools pay?", "en", "Und Privatpersonen?", "de", "What do private customers pay?"),
        ("Que coûte l'atelier à Lyon ?", "fr", "and in Paris?", "en", "Que coûte l'atelier à Paris ?"),
    ],
)
def test_in_another_language_the_earlier_question_keeps_its_own(
    earlier: str, earlier_language: str, follow_up: str, language: str, expected: str
) -> None:
    known = understand(follow_up, language, [Turn(role="user", text=earlier, language=earlier_language)])
    assert known is not None
    assert (known.question, known.language) == (expected, earlier_language)


def test_a_follow_up_of_a_follow_up_leans_on_how_that_was_understood() -> None:
    questions = ["What does cash on delivery cost in Poland?", "and in India?", "by card?", "and in Egypt?"]
    assert taken("en", *questions[:3]).question == "What does cash on delivery cost in India? by card?"
    assert taken("en", *questions).question == "What does cash on delivery cost in Egypt? by card?"


def test_thanks_in_between_are_passed_over() -> None:
    known = taken("de", "Was kostet der Versand nach Österreich?", "Danke!", "Und in die Schweiz?")
    assert known.question == "Was kostet der Versand in die Schweiz?"


def test_of_two_places_the_one_with_the_same_preposition_is_replaced() -> None:
    known = taken("en", "What does shipping from Germany to Switzerland cost?", "And to Austria?")
    assert known.question == "What does shipping from Germany to Austria cost?"


def test_where_it_is_open_which_is_meant_the_questions_are_joined() -> None:
    known = taken("en", "Is Germany or France cheaper?", "And Spain?")
    assert (known.how, known.question) == ("joined", "Is Germany or France cheaper? And Spain?")


def test_an_order_number_of_the_country_that_was_replaced_goes() -> None:
    known = taken("en", "How long can a customer in Germany return order MV-DE-20481937?", "And in Spain?")
    assert known.question == "How long can a customer in Spain return order ?"


def test_names_of_different_things_are_not_exchanged() -> None:
    known = taken("es", "¿Puedo pagar con tarjeta en la tienda de Merova?", "¿Y con Pix?")
    assert known.question == "¿Puedo pagar con tarjeta en la tienda de Merova? ¿Y con Pix?"


def test_a_question_that_points_back_is_joined_to_the_new_place() -> None:
    known = taken("de", "Kann man in Thailand Geschenke einpacken lassen?", "Und was kostet das in Japan?")
    assert known.question == "Kann man in Japan Geschenke einpacken lassen? Und was kostet das in Japan?"


@pytest.mark.parametrize(
    ("language", "earlier", "follow_up", "expected"),
    [
        ("en", "Which card payments are accepted in China?", "And how do I get an invoice?", " (China)"),
        ("de", "Was kostet Nachnahme in Polen?", "Und wie bekomme ich eine Rechnung?", " (Polen)"),
        ("fr", "Que coûte la Rulla en France ?", "Et comment est calculé le loyer ?", " (France, Rulla)"),
        ("ja", "タイでギフト包装はできますか？", "それと、ポイントの有効期限は何日ですか？", "（タイ）"),
    ],
)
def test_a_complete_question_that_goes_on_keeps_the_place_and_the_product(
    language: str, earlier: str, follow_up: str, expected: str
) -> None:
    known = taken(language, earlier, follow_up)
    assert (known.how, known.question, known.language) == ("carried", follow_up + expected, language)


def test_a_complete_question_with_a_place_of_its_own_is_left_alone() -> None:
    history = [Turn(role="user", text="Was kostet Nachnahme in Polen?", language="de")]
    assert understand("Und wie bekomme ich in Spanien eine Rechnung?", "de", history) is None


def test_of_a_long_question_the_beginning_and_the_end_are_kept() -> None:
    email = "My Lumo R2 has stopped. " + "It rained a lot and the neighbours were unhappy. " * 40 + "Can I return it?"
    known = taken("en", email, "And without a receipt?")
    assert len(known.question) < 700
    assert known.question.startswith("My Lumo R2 has stopped.")
    assert known.question.endswith("Can I return it? And without a receipt?")


def test_a_language_without_a_file_understands_the_name_of_another_country() -> None:
    known = taken("sv", "Vad kostar frakten till Tyskland?", "Norge?")
    assert known.question == "Vad kostar frakten till Norge?"
