"""The day of an order is read from what the customer wrote, in any language, and from nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from app.desk.drafts.order_day import order_day
from ingest.sources.tickets import Message, Ticket

TODAY = date(2026, 6, 1)
THIRD_OF_MARCH = date(2026, 3, 3)


def ticket_of(*texts: str, language: str = "en", at: str = "2026-04-20T09:30:00Z") -> Ticket:
    messages = tuple(Message(text=text, at=at) for text in texts)
    return Ticket(id="T-1", customer_id="C-1", language=language, messages=messages)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I ordered the lamp on 3 March 2026 and it arrived on 9 March 2026. Can I still return it?"),
        ("de", "Ich habe die Lampe am 3. März 2026 bestellt und am 9. März 2026 erhalten. Kann ich sie zurückgeben?"),
        ("fr", "J'ai commandé la lampe le 3 mars 2026 et je l'ai reçue le 9 mars 2026."),
        ("es", "Compré la lámpara el 3 de marzo de 2026 y llegó el 9 de marzo de 2026."),
        ("pt", "Encomendei o candeeiro a 3 de março de 2026 e chegou a 9 de março de 2026."),
        ("it", "Ho ordinato la lampada il 3 marzo 2026 ed è arrivata il 9 marzo 2026."),
        ("pl", "Lampę zamówiłem 3 marca 2026, a dotarła 9 marca 2026."),
        ("ar", "طلبت المصباح في 3 مارس 2026 ووصل في 9 مارس 2026."),
        ("hi", "मैंने लैंप 3 मार्च 2026 को ऑर्डर किया था और वह 9 मार्च 2026 को मिला।"),
        ("ja", "ランプは2026年3月3日に注文し、2026年3月9日に届きました。"),
        ("zh", "我在2026年3月3日下单，2026年3月9日收到了灯。"),
        ("th", "ผมสั่งซื้อโคมไฟเมื่อ 3 มีนาคม 2569 และได้รับเมื่อ 9 มีนาคม 2569"),
    ],
)
def test_the_day_of_the_order_is_told_from_that_of_its_arrival(language: str, text: str) -> None:
    found = order_day(ticket_of(text, language=language), TODAY)
    assert found is not None
    assert found.day == THIRD_OF_MARCH
    assert found.said in text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("My order of 3 March has a scratch.", THIRD_OF_MARCH),
        ("I bought it on 24 December.", date(2025, 12, 24)),  # the last one before the message
        ("Order date: 03/03/2026", THIRD_OF_MARCH),
        ("I ordered it on 2026-03-03.", THIRD_OF_MARCH),
    ],
)
def test_a_day_without_a_year_is_the_last_one_before_the_message(text: str, day: date) -> None:
    found = order_day(ticket_of(text), TODAY)
    assert found is not None and found.day == day


@pytest.mark.parametrize(
    "text",
    [
        "My order arrived on 3 March 2026.",
        "I ordered a lamp. It came on 3 March 2026.",
        "I ordered it for 3 June 2026.",  # it was written before
        "I ordered one on 3 March 2026 and another on 5 March 2026.",
        "I ordered it in March.",
        "I was born on 3 March 1980 and want to return it.",
    ],
)
def test_another_day_or_an_unsure_one_is_none(text: str) -> None:
    assert order_day(ticket_of(text), TODAY) is None


def test_what_the_customer_said_last_counts_and_what_agents_say_does_not() -> None:
    first, last = "I ordered it on 1 February 2026.", "Sorry, I ordered it on 3 March 2026."
    agent = Message(author="agent", text="You ordered it on 5 March 2026.", at="2026-04-21")
    ticket = ticket_of(first, last)
    found = order_day(ticket.model_copy(update={"messages": (*ticket.messages, agent)}), TODAY)
    assert found is not None and found.day == THIRD_OF_MARCH
