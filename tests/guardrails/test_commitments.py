"""Nothing is promised in the company's name that no cited passage gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from guardrails.commitments.guard import CommitmentsGuard
from guardrails.errors import GuardError
from guardrails.policy import load_policy
from prompts.library import languages
from tests.guardrails.drafts import drafted

RETURNS = "Items may be returned within 45 days.\nWe refund the purchase price within 14 days."
PROMISES = {
    "en": "We will waive the fee for you and call you back.",
    "de": "Wir machen für Sie eine Ausnahme und rufen Sie morgen zurück.",
    "fr": "Nous vous offrons un bon d'achat pour le retard.",
    "es": "Le garantizo que le regalamos un vale de descuento.",
    "pt": "Faremos uma exceção para você e ligaremos amanhã.",
    "it": "Le offriamo un buono e un collega la richiamerà domani.",
    "pl": "Oddzwonimy jutro i damy Panu rabat.",
    "nl": "Wij geven u uit coulance een tegoedbon.",
    "ru": "Мы перезвоним вам завтра и сделаем скидку.",
    "tr": "Sizi yarın arayacağız ve indirim yapacağız.",
    "ar": "سنتصل بك غدا وسنقدم لك قسيمة.",
    "hi": "हम आपको कल फ़ोन करेंगे।",
    "ja": "明日お電話いたします。責任をもって補償いたします。",
    "zh": "我们会免除您的运费，明天给您回电。",
    "th": "เราจะโทรกลับหาคุณพรุ่งนี้และให้ส่วนลด",
    "sv": "Vi gör ett undantag och ringer dig i morgon.",
    "da": "Vi giver dig et gavekort og ringer tilbage i morgen.",
    "no": "Vi gjør et unntak og betaler pengene tilbake.",
    "fi": "Soitamme teille huomenna ja annamme lahjakortin.",
    "hu": "Holnap visszahívjuk, és adunk egy utalványt.",
    "ro": "Vă sunăm mâine și vă oferim o reducere.",
    "cs": "Zítra vám zavoláme a uděláme výjimku.",
    "el": "Θα σας καλέσουμε αύριο και θα σας κάνουμε έκπτωση.",
    "uk": "Ми зателефонуємо вам завтра і дамо знижку.",
    "he": "נתקשר אליך מחר ונעניק לך שובר.",
    "fa": "فردا با شما تماس می‌گیریم و کد تخفیف می‌دهیم.",
    "id": "Kami akan menghubungi Anda besok dan memberi diskon.",
    "vi": "Chúng tôi sẽ gọi lại cho bạn vào ngày mai và tặng phiếu giảm giá.",
    "ko": "내일 전화드리겠습니다. 쿠폰도 드리겠습니다.",
}
REFUNDS = {
    "sv": "Vi återbetalar hela beloppet till dig omedelbart.",
    "da": "Jeg lover, at du får pengene tilbage.",
    "no": "Du har krav på ny vare, og vi betaler erstatning.",
    "fi": "Lupaan, että saatte rahat takaisin.",
    "hu": "Garantáljuk, hogy visszafizetjük a vételárat.",
    "ro": "Veți primi banii înapoi, vă garantez.",
    "cs": "Slibujeme, že vám peníze ihned vrátíme.",
    "el": "Σας επιστρέφουμε αμέσως όλο το ποσό, εγγυόμαστε.",
    "uk": "Ви отримаєте повне відшкодування, гарантую.",
    "he": "תקבלו החזר כספי מלא, אני מתחייב.",
    "fa": "تضمین می‌کنیم که کل مبلغ بازپرداخت شود.",
    "id": "Anda akan menerima pengembalian dana penuh.",
    "vi": "Quý khách sẽ được hoàn tiền toàn bộ.",
    "ko": "전액 환불해 드리겠습니다.",
}
NO_PROMISES = {
    "sv": "Batteriet omfattas inte av garantin.",
    "da": "Varer kan sendes retur inden for 45 dage.",
    "no": "Frakt koster 49 kroner.",
    "fi": "Akku ei kuulu takuuseen.",
    "hu": "A szállítás díja 1490 forint.",
    "ro": "Garanția nu acoperă bateria.",
    "cs": "Zboží lze poslat zpět do 45 dnů.",
    "el": "Η εγγύηση δεν καλύπτει την μπαταρία.",
    "uk": "Доставка коштує 90 гривень.",
    "he": "האחריות אינה מכסה את הסוללה.",
    "fa": "هزینه ارسال ۵۰ هزار تومان است.",
    "id": "Ongkos kirim Rp20.000.",
    "vi": "Bảo hành không bao gồm pin.",
    "ko": "배터리는 보증 대상이 아닙니다.",
    "fr": "Une caution est demandée, comme le programme l'indique.",
    "it": "Il tecnico passa presto, ma solo nei giorni feriali.",
    "es": "Algunos clientes piden factura en el momento de la compra.",
    "en": "The ring and the sender address are shown at the far end.",
    "pl": "Dodatkowy bagaż i bez opłaty ma limit 10 kg, tak jak ruch lotniczy.",
}


@pytest.fixture(scope="module")
def guard() -> CommitmentsGuard:
    return CommitmentsGuard(load_policy().commitments)


@pytest.mark.parametrize("language", PROMISES)
def test_a_promise_without_a_passage_is_found_in_every_language(guard: CommitmentsGuard, language: str) -> None:
    found = guard.check(drafted(PROMISES[language], RETURNS, language))
    assert {verdict.code for verdict in found} == {"commitment-not-in-evidence"}
    assert not any(verdict.passed for verdict in found)


@pytest.mark.parametrize("language", REFUNDS)
def test_money_is_promised_only_where_a_passage_speaks_of_it(guard: CommitmentsGuard, language: str) -> None:
    found = guard.check(drafted(REFUNDS[language], "Parcels are delivered by a courier.", language))
    assert {verdict.code for verdict in found} == {"commitment-not-in-evidence"}


@pytest.mark.parametrize("language", NO_PROMISES)
def test_what_no_language_promises_is_left_alone(guard: CommitmentsGuard, language: str) -> None:
    assert guard.check(drafted(NO_PROMISES[language], "Nothing of the kind.", language)) == []


def test_every_language_of_the_phrases_is_tried() -> None:
    assert set(PROMISES) == set(languages())


def test_what_a_cited_passage_gives_may_be_promised(guard: CommitmentsGuard) -> None:
    assert guard.check(drafted("We will refund you the purchase price within 14 days.", RETURNS)) == []


def test_the_kind_of_the_promise_is_named(guard: CommitmentsGuard) -> None:
    (verdict,) = guard.check(drafted("We refund the purchase price within 14 days, and we are liable.", RETURNS))
    assert "a legal position" in verdict.reason and "liable" in verdict.reason


def test_a_promise_is_given_to_the_clause_that_makes_it(guard: CommitmentsGuard) -> None:
    about = "the box holds " + "sand and salt " * 9 + "from the coast;"  # so that it is like no unit
    evidence = "We call you back about an injury.\nAnswers come in the app."
    assert guard.check(drafted(f"{about} we call you back about an injury.", evidence)) == []
    assert guard.check(drafted(f"{about} we call you back on Sundays at noon.", "Answers come in the app."))


def test_a_day_is_promised_only_where_the_passage_names_it(guard: CommitmentsGuard) -> None:
    sentence = "We will refund the purchase price tomorrow."
    (verdict,) = guard.check(drafted(sentence, RETURNS))
    assert "tomorrow" in verdict.reason
    assert guard.check(drafted(sentence, "We refund the purchase price the next day.")) == []


def test_a_passage_that_denies_it_does_not_give_it(guard: CommitmentsGuard) -> None:
    sentence = "We will offer you a discount for the delay."
    assert guard.check(drafted(sentence, "We offer a discount for a delay of the order.")) == []
    assert guard.check(drafted(sentence, "We do not offer a discount for a delay of the order."))


@pytest.mark.parametrize(
    "sentence",
    [
        "Items may be returned within 45 days.",
        "We make no exception and give no discount.",
        "The warranty does not cover the battery.",
        "Der Versand kostet 4,90 €.",
        "La garantie ne couvre pas la batterie.",
    ],
)
def test_what_promises_nothing_is_left_alone(guard: CommitmentsGuard, sentence: str) -> None:
    assert guard.check(drafted(sentence, "Nothing of the kind.")) == []


def test_a_guard_that_is_off_finds_nothing() -> None:
    off = CommitmentsGuard(load_policy().commitments.model_copy(update={"enabled": False}))
    assert off.check(drafted(PROMISES["en"])) == []


def test_vectors_that_cannot_be_compared_are_an_error_and_no_pass(guard: CommitmentsGuard) -> None:
    sentence = drafted("We will refund you.", RETURNS)
    with pytest.raises(GuardError):
        guard.check(replace(sentence, embed=lambda texts, _: np.full((len(texts), 2048), np.nan)))
    with pytest.raises(GuardError):
        guard.check(replace(sentence, embed=lambda texts, _: np.ones((len(texts), 3))))
