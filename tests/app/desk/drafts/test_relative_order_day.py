"""The day of an order is read from how long ago it was, and never where the words leave it open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.desk.drafts.order_day import OrderDay, order_day
from ingest.sources.tickets import Message, Ticket

WRITTEN = date(2026, 4, 22)  # a Wednesday
TODAY = date(2026, 6, 1)
LAST_WEEK = (date(2026, 4, 12), date(2026, 4, 19))  # it begins on Sunday or on Monday


def found_in(text: str, language: str) -> OrderDay | None:
    message = Message(text=text, at=f"{WRITTEN.isoformat()}T09:30:00Z")
    return order_day(Ticket(id="T-1", customer_id="C-1", language=language, messages=(message,)), TODAY)


@pytest.mark.parametrize(
    ("language", "text", "days"),
    [
        ("en", "I ordered it two weeks ago and it came yesterday.", 14),
        ("en", "Two weeks ago I ordered a lamp that hasn't arrived.", 14),
        ("en", "Yesterday, I bought a lamp.", 1),
        ("en", "I bought it the day before yesterday.", 2),
        ("en", "I want to return the lamp I ordered three days ago.", 3),
        ("de", "Vor zwei Wochen habe ich eine Lampe bestellt, sie ist noch nicht angekommen.", 14),
        ("de", "Ich habe sie gestern bestellt und heute bekommen.", 1),
        ("fr", "J'ai commandé une lampe il y a deux semaines mais elle n'est pas arrivée.", 14),
        ("fr", "Je l'ai achetée avant-hier.", 2),
        ("es", "Compré la lámpara hace tres días y llegó ayer.", 3),
        ("es", "Pedí una lámpara hace una semana, pero no ha llegado.", 7),
        ("pt", "Encomendei o candeeiro há duas semanas e ainda não chegou.", 14),
        ("it", "Ho ordinato la lampada tre giorni fa.", 3),
        ("it", "Due settimane fa ho comprato una lampada.", 14),
        ("it", "L'ho comprata ieri.", 1),
        ("nl", "Ik heb de lamp twee weken geleden besteld.", 14),
        ("pl", "Lampę zamówiłem przed dwoma tygodniami.", 14),
        ("pl", "Kupiłam ją tydzień temu.", 7),
        ("ru", "Я заказал лампу две недели назад, она не пришла.", 14),
        ("ru", "Неделю назад я купила лампу.", 7),
        ("uk", "Я замовив лампу три дні тому.", 3),
        ("tr", "Lambayı iki hafta önce sipariş ettim.", 14),
        ("ar", "طلبت المصباح قبل أسبوعين.", 14),
        ("ar", "قبل ثلاثة أيام اشتريت مصباحا.", 3),
        ("hi", "मैंने लैंप 3 दिन पहले ऑर्डर किया था।", 3),
        ("hi", "दो हफ्ते पहले मैंने एक लैंप खरीदा था, वह खराब है।", 14),
        ("ja", "3日前に注文しました。", 3),
        ("ja", "二週間前に注文した商品がまだ届きません。", 14),
        ("ko", "2주 전에 주문했어요.", 14),
        ("ko", "어제 주문했는데 취소하고 싶어요.", 1),
        ("zh", "我三天前下单，还没收到。", 3),
        ("zh", "我两周前买的灯昨天坏了。", 14),
        ("th", "สั่งเมื่อวาน", 1),
        ("th", "ผมสั่งซื้อโคมไฟเมื่อ 3 วันก่อน", 3),
    ],
)
def test_how_long_ago_is_counted_from_the_day_of_the_message(language: str, text: str, days: int) -> None:
    found = found_in(text, language)
    assert found is not None
    assert found.day == WRITTEN - timedelta(days)
    assert found.time.first < found.day < found.time.last or found.time.last == WRITTEN
    assert found.said in text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "My order from last week has not arrived."),
        ("de", "Ich möchte die letzte Woche bestellte Lampe zurückgeben."),
        ("fr", "J'ai commandé une lampe la semaine dernière."),
        ("es", "La semana pasada compré una lámpara."),
        ("pt", "Comprei um candeeiro na semana passada."),
        ("it", "Ho comprato una lampada la settimana scorsa."),
        ("nl", "Vorige week heb ik een lamp besteld."),
        ("pl", "Lampa zamówiona w zeszłym tygodniu nie dotarła."),
        ("ru", "Я заказал лампу на прошлой неделе."),
        ("uk", "Я купив лампу минулого тижня."),
        ("tr", "Geçen hafta bir lamba satın aldım."),
        ("ar", "اشتريت مصباحا الأسبوع الماضي."),
        ("hi", "मैंने पिछले हफ्ते लैंप ऑर्डर किया था।"),
        ("ja", "先週注文した商品がまだ届きません。"),
        ("ko", "지난주에 주문한 상품이 안 왔어요."),
        ("zh", "我上周下单的灯还没收到。"),
        ("th", "ผมสั่งซื้อโคมไฟสัปดาห์ที่แล้ว"),
    ],
)
def test_last_week_is_every_day_of_it(language: str, text: str) -> None:
    found = found_in(text, language)
    assert found is not None
    assert (found.time.first, found.time.last) == LAST_WEEK


def test_last_month_and_a_month_ago_are_told_apart() -> None:
    last, ago = found_in("I ordered it last month.", "en"), found_in("I ordered it a month ago.", "en")
    assert last is not None and (last.time.first, last.time.last) == (date(2026, 3, 1), date(2026, 3, 31))
    assert ago is not None and ago.day == date(2026, 3, 23) and ago.time.last == date(2026, 4, 7)


def test_a_date_beside_how_long_ago_it_was_is_the_day() -> None:
    found = found_in("I ordered it on 8 April 2026, two weeks ago.", "en")
    assert found is not None and found.time.first == found.time.last == date(2026, 4, 8)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The lamp I ordered broke yesterday."),
        ("en", "I ordered it and received it yesterday."),
        ("en", "I ordered a lamp and yesterday the light went out."),
        ("en", "Yesterday, the lamp I ordered stopped working."),
        ("en", "Yesterday the lamp I ordered went dark."),
        ("en", "I received my purchase yesterday."),
        ("es", "Llegó el pedido ayer."),
        ("es", "Ayer recibí la lámpara que compré."),
        ("tr", "Siparişim dün geldi."),
        ("ar", "وصل الطلب أمس."),
        ("hi", "मेरा ऑर्डर 3 दिन पहले मिला।"),
        ("en", "Yesterday my wife told me of the lamp that I ordered."),
        ("en", "I ordered it more than two weeks ago."),
        ("en", "I ordered it a few weeks ago."),
        ("en", "I ordered it 2-3 days ago."),
        ("en", "I ordered it twenty-two days ago."),
        ("en", "I ordered it 1.5 weeks ago."),
        ("en", "I ordered it about 3 days ago."),
        ("en", "I ordered it 9999 years ago."),
        ("en", "I ordered one two weeks ago and bought another yesterday."),
        ("en", "I have been waiting for what I ordered since yesterday."),
        ("de", "Mein Auftrag sollte gestern kommen."),
        ("de", "Die Lampe, die ich bestellt habe, ist gestern kaputtgegangen."),
        ("de", "Ich habe sie vor etwa drei Tagen bestellt."),
        ("fr", "La lampe commandée est tombée en panne hier."),
        ("es", "La lámpara que compré dejó de funcionar ayer."),
        ("pl", "Zamówiłem ją dwadzieścia dwa dni temu."),
        ("ru", "Я заказал её двадцать два дня назад."),
        ("ar", "أريد أن يصل الطلب قبل يوم الجمعة."),
        ("hi", "मैंने कल लैंप ऑर्डर किया।"),  # yesterday, or tomorrow
        ("ja", "昨日、注文した商品が届きました。"),
        ("ja", "昨日から注文できません。"),
        ("ja", "3月3日前に注文しました。"),
        ("ja", "数日前に注文しました。"),
        ("ko", "주문 때문에 3일 전화했어요."),
        ("zh", "我上上周下单的。"),
        ("zh", "我大前天下单的。"),
        ("zh", "我十五天前下单的。"),
        ("th", "ผมสั่งซื้อหลายสัปดาห์ก่อน"),
        ("th", "โคมไฟที่สั่งซื้อเสียเมื่อวาน"),
        ("sv", "Jag beställde den igår."),  # no such words are known
    ],
)
def test_what_is_about_something_else_or_left_open_is_none(language: str, text: str) -> None:
    assert found_in(text, language) is None
