"""A sentence must not name anybody who was neither asked about nor cited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest

from guardrails.guards import DraftSentence
from guardrails.personal.other_people import CODE, OtherPeople
from guardrails.personal.policy import PersonalPolicy


@dataclass(frozen=True)
class Cited:
    text: str
    number: int = 1
    language: str = "de"
    units: tuple[str, ...] = ()
    unit_vectors: Any = None


def codes(sentence: str, language: str = "de") -> list[str]:
    cited = Cited("Fragen beantwortet Katrin Hofmann unter 030 1234567, service@example.org.")
    draft = DraftSentence(
        text=sentence,
        written=sentence,
        language=language,
        cited=[cast("Any", cited)],
        passages=[cast("Any", cited)],
        asked="Mein Name ist Otto Kern, ich wohne in der Lindenstraße 17, 10969 Berlin.",
        embed=lambda texts, _language: np.zeros((len(texts), 2)),
    )
    return [verdict.code for verdict in OtherPeople(PersonalPolicy()).check(draft)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Herr Otto Kern kann die Lampe binnen 14 Tagen zurückgeben.",
        "Rufen Sie unter 030/1234567 an oder schreiben Sie an service@example.org.",
        "Frau Hofmanns Team antwortet, sagt Katrin Hofmann.",
        "Die Lampe kostet seit dem 1. März 2026 nur 45,90 €.",
    ],
)
def test_what_was_asked_or_is_cited_may_be_said(sentence: str) -> None:
    assert codes(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Auch Frau Sabine Vogel hat die Lampe zurückgegeben.",
        "Schreiben Sie an otto.kern@example.com.",
        "Überweisen Sie auf DE89 3704 0044 0532 0130 00.",
        "Rufen Sie 0171 2345678 an.",
        "Guten Tag <PERSON_4>, das geht.",
    ],
)
def test_what_comes_from_nowhere_is_not_said(sentence: str) -> None:
    assert codes(sentence) == [CODE]


def found_in(cited: Cited, sentence: str, language: str = "") -> list[str]:
    draft = DraftSentence(
        text=sentence,
        written=sentence,
        language=language or cited.language,
        cited=[cast("Any", cited)],
        passages=[cast("Any", cited)],
        asked="Wie steht es um meinen Auftrag?",
        embed=lambda texts, _language: np.zeros((len(texts), 2)),
    )
    return [verdict.code for verdict in OtherPeople(PersonalPolicy()).check(draft)]


def test_another_persons_case_is_cited_in_vain() -> None:
    line = "Frau Sabine Vogel fragt nach der Reservierung VL-77120."
    case = Cited(line, units=(line,))
    assert found_in(case, "Reserviert hat Frau Sabine Vogel.") == [CODE]
    ticket = ("Frau Sabine Vogel wartet.", "Zu erreichen ist sie unter sabine.vogel@example.com.")
    numbered = Cited("Ticket 4417\n" + "\n".join(ticket), units=ticket)
    assert found_in(numbered, "Schreiben Sie an sabine.vogel@example.com.") == [CODE]
    contact = ("Fragen beantwortet seit 2024 Frau Sabine Vogel unter 030 1234567.",)
    assert found_in(Cited("Kontakt\n" + contact[0], units=contact), "Frau Sabine Vogel hilft gern.") == []


def said_of(line: str, language: str, sentence: str, to: str, title: str = "Kontakt") -> list[str]:
    cited = Cited(f"{title}\n{line}", language=language, units=(line,))
    return found_in(cited, sentence, to)


@pytest.mark.parametrize(
    ("line", "language", "sentence", "to"),
    [
        ("По вопросам возврата обращайтесь к Ивану Петрову, 030 1234567.", "ru", "Please ask Mr Ivan Petrov.", "en"),
        ("退货请联系王伟。", "zh", "For returns, contact Mr Wei Wang.", "en"),
        ("返品の担当はジョン・スミスです。", "ja", "Returns are handled by Mr John Smith.", "en"),
        ("Returns are handled by Karim Haddad.", "en", "يتولى السيد كريم حداد المرتجعات.", "ar"),
        ("クラシック運賃には23kgの受託手荷物1個が加わります。", "ja", "A bag of 23 kg comes with Classic.", "en"),
    ],
)
def test_a_name_may_be_cited_in_another_writing(line: str, language: str, sentence: str, to: str) -> None:
    assert said_of(line, language, sentence, to) == []


@pytest.mark.parametrize(
    ("line", "language", "sentence", "to"),
    [
        ("По вопросам возврата обращайтесь к Ивану Петрову.", "ru", "Please ask Mr Peter Miller.", "en"),
        ("Returns are handled by Karim Haddad.", "en", "يتولى السيد سمير حداد المرتجعات.", "ar"),
        ("Иван Петров ждёт возврата по заказу GB-90111222.", "ru", "Mr Ivan Petrov is waiting for his refund.", "en"),
        ("王伟的订单 GB-90111222 已退款。", "zh", "Mr Wei Wang was refunded.", "en"),
    ],
)
def test_a_case_in_another_writing_is_cited_in_vain(line: str, language: str, sentence: str, to: str) -> None:
    assert said_of(line, language, sentence, to) == [CODE]


def test_a_numbered_ticket_in_another_writing_is_cited_in_vain() -> None:
    line = "Иван Петров ждёт возврата."
    assert said_of(line, "ru", "Mr Ivan Petrov is waiting.", "en", title="Ticket 4417") == [CODE]
