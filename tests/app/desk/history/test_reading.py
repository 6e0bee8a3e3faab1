"""The history of a customer: what they asked, were told and were promised before this ticket, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.conversations.sessions import Sessions
from app.desk.history.reading import CustomerHistories
from app.desk.inbox.intake import TicketIntake
from app.desk.inbox.store import TicketStore
from tests.app.desk.inbox.conftest import made


def day(number: int) -> dict[str, str]:
    return {"created_at": f"2026-03-0{number}T09:00:00Z"}


def test_only_earlier_tickets_of_the_same_customer_the_newest_first(sessions: Sessions) -> None:
    intake, store = TicketIntake(sessions, "zendesk"), TicketStore(sessions)
    for number, more in (("T-1", day(1)), ("T-2", day(2)), ("T-3", day(3)), ("T-4", day(4))):
        intake.take(made(number, **more), "en")
    intake.take(made("T-5", customer_id="C-2", **day(1)), "en")
    TicketIntake(sessions, "jira").take(made("T-6", **day(1)), "en")  # another help desk's customer C-1
    TicketIntake(sessions, "zendesk", audience="legal").take(made("T-7", **day(1)), "en")  # others may read this one
    history = CustomerHistories(store).before(store.numbered("T-3"))
    assert ([each.number for each in history.tickets], history.count) == (["T-2", "T-1"], 2)
    assert CustomerHistories(store).before(store.numbered("T-1")).tickets == ()


@pytest.mark.parametrize(
    ("language", "asked", "reply", "words"),
    [
        ("en", "Hello. My mower shows E-17.", "Thanks for writing. We will refund you 50 EUR by 3 May.", "50 EUR"),
        ("de", "Guten Tag. Mein Mäher zeigt E-17.", "Danke. Wir erstatten Ihnen 50 € bis zum 3. Mai.", "50 €"),
        ("ja", "こんにちは。芝刈機にE-17が出ます。", "ありがとうございます。5,000円を返金いたします。", "5,000円"),
        ("ar", "مرحبًا. الجهاز يعرض E-17.", "شكرًا لك. سنعيد إليك 200 درهم.", "200"),
    ],
)  # fmt: skip
def test_promises_are_told_apart_and_greetings_are_left_out(
    sessions: Sessions, language: str, asked: str, reply: str, words: str
) -> None:
    intake, store = TicketIntake(sessions, "zendesk"), TicketStore(sessions)
    intake.take(made("T-1", asked, reply, **day(1)), language)
    intake.take(made("T-2", **day(2)), language)
    (earlier,) = CustomerHistories(store).before(store.numbered("T-2")).tickets
    assert any("E-17" in each for each in earlier.asked)
    (promise,) = earlier.promised
    assert "refund" in promise.promises and words in promise.text
    assert promise.at == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_notes_among_agents_were_told_to_nobody(sessions: Sessions) -> None:
    intake, store = TicketIntake(sessions, "zendesk"), TicketStore(sessions)
    at = intake.take(made("T-1", **day(1)), "en").conversation_id
    store.add_message(at, "We will refund her 500 EUR tomorrow.", "Ana", internal=True)
    intake.take(made("T-2", **day(2)), "en")
    (earlier,) = CustomerHistories(store).before(store.numbered("T-2")).tickets
    assert earlier.told == ()
