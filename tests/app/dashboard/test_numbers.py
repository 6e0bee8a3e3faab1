"""The numbers are those that one counts by hand, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.conversations.sessions import Sessions
from app.conversations.tables import ConversationRow, MessageRow
from app.costs.pricelist import PriceList
from app.costs.servers import Servers
from app.dashboard import noting
from app.dashboard.desk import DashboardDesk
from app.dashboard.money import Prices
from app.dashboard.noting import Kept
from app.dashboard.numbers import Counted, Dashboard, Money
from app.dashboard.tables import AnswerAttemptRow, AnswerCodeRow, AnswerFiguresRow
from tests.app.dashboard.answers import SMALL, keep, made_answer

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday
PRICES = Prices(
    PriceList.model_validate(
        {
            "tokens": [
                {"models": [SMALL], "currency": "USD", "from": date(2026, 11, 18), "prompt": 2, "completion": 10,
                 "source": "list"},
                {"models": [SMALL], "currency": "USD", "from": date(2026, 1, 1), "prompt": 1, "completion": 5,
                 "source": "list"},
            ],
            "hours": [
                {"models": ["ollama:*"], "currency": "EUR", "from": date(2026, 1, 1), "hardware_hour": 3.6,
                 "source": "rent"}
            ],
        }
    ),
    Servers(),
)  # fmt: skip


@pytest.fixture
def sessions(any_sessions: Sessions) -> Sessions:
    return any_sessions


@pytest.fixture
def desk(sessions: Sessions) -> DashboardDesk:
    return DashboardDesk(sessions, PRICES)


def counted(desk: DashboardDesk, days: int = 1, zone: str | None = None) -> Dashboard:
    return desk.numbers(days, zone, NOON)


def ago(**back: float) -> datetime:
    return NOON - timedelta(**back)


def test_answers_are_counted_by_what_became_of_them(desk: DashboardDesk, sessions: Sessions) -> None:
    keep(sessions, ago(hours=1), made_answer(), rating=("up", "correct"))
    keep(sessions, ago(hours=2), made_answer(handed_over=True), rating=("down", "wrong"))
    keep(sessions, ago(hours=3), made_answer("abstain", reasons=("no-evidence",)))
    keep(sessions, ago(hours=3), made_answer("escalate", reasons=("legal-threat", "no-evidence")))
    keep(sessions, ago(hours=4), None, status="failed")
    keep(sessions, ago(hours=4), made_answer(), kind="ticket")
    keep(sessions, ago(hours=25), made_answer("abstain", reasons=("no-evidence",)), rating=("down", "wrong"))
    keep(sessions, ago(hours=25), None, status="stopped")
    keep(sessions, ago(hours=20), made_answer())  # after noon of yesterday, which belongs to neither

    found = counted(desk)
    now, before = found.now, found.before
    assert (now.answers, now.answered, now.abstained, now.handed_over, now.unfinished) == (4, 2, 1, 2, 1)
    assert (before.answers, before.answered, before.abstained, before.handed_over) == (1, 0, 1, 0)
    assert before.unfinished == 1
    assert (now.up, now.down, before.up, before.down) == (1, 1, 0, 1)
    assert (now.abstentions, now.escalations, now.liked, before.liked) == (0.25, 0.5, 0.5, 0.0)
    assert found.reasons == (
        Counted(name="no-evidence", now=2, before=1),
        Counted(name="legal-threat", now=1, before=0),
    )
    assert found.feedback == (Counted(name="wrong", now=1, before=1),)
    assert not found.enough


def test_time_is_told_by_phase_and_by_rank(desk: DashboardDesk, sessions: Sessions) -> None:
    for number in range(1, 21):
        keep(sessions, ago(minutes=number), made_answer(seconds=float(number)))
    keep(sessions, ago(days=1, hours=1), made_answer(model=SMALL, seconds=10, model_seconds=9))
    found = counted(desk)
    assert (found.now.seconds.median, found.now.seconds.p95) == (10.0, 19.0)
    phases = found.now.seconds.phases
    assert phases == {"retrieval": 0.1, "guards": 0.01, "model": 0, "gate": 0.2, "other": 10.19}
    # The gate looks at sentences while the model writes: its time is not counted twice.
    assert found.before.seconds.phases["model"] == pytest.approx(8.8)
    assert found.before.seconds.phases["other"] == pytest.approx(0.89)
    assert [each.seconds for each in found.slowest] == [20, 19, 18, 17, 16]


def test_money_is_reckoned_with_the_price_of_the_day_and_what_has_none_is_said(
    desk: DashboardDesk, sessions: Sessions
) -> None:
    million = (1_000_000, 100_000)
    keep(sessions, ago(hours=1), made_answer(model=SMALL, tokens=million, model_seconds=3))
    keep(sessions, ago(hours=1), made_answer(model=SMALL, tokens=million, model_seconds=1))
    keep(sessions, ago(hours=1), made_answer(model="ollama:llama3.1:8b", tokens=(10, 20), model_seconds=7.2))
    keep(sessions, ago(hours=1), made_answer(model="openai:unknown", tokens=(5, 5), model_seconds=1))
    keep(sessions, ago(hours=1), made_answer())
    keep(sessions, ago(days=1, hours=1), made_answer(model=SMALL, tokens=million, model_seconds=3))
    found = counted(desk)
    bill = found.now.bill
    assert bill.money == (Money(amount=0.0072, currency="EUR"), Money(amount=6, currency="USD"))
    assert (bill.attempts, bill.unpriced) == (4, 1)
    assert (bill.prompt_tokens, bill.completion_tokens) == (2_000_015, 200_025)
    assert found.before.bill.money == (Money(amount=1.5, currency="USD"),)
    assert [(use.model, use.bill.attempts, use.bill.unpriced) for use in found.models] == [
        (SMALL, 2, 0), ("ollama:llama3.1:8b", 1, 0), ("openai:unknown", 1, 1)
    ]  # fmt: skip
    assert found.models[0].seconds == 4
    by_day = {each.day: each.money for each in found.trend if each.money}
    assert by_day[date(2026, 11, 17)] == (Money(amount=1.5, currency="USD"),)
    assert by_day[date(2026, 11, 18)] == bill.money


def test_languages_topics_findings_and_support(desk: DashboardDesk, sessions: Sessions) -> None:
    found_there = [("injection", "injection"), ("injection", "injection"), ("grounding", "denied")]
    keep(sessions, ago(hours=1), made_answer(language="de", findings=found_there, scores=(0.9, 0.3), withheld=(0.2,)))
    weak = keep(sessions, ago(hours=2), made_answer(language="pl", scores=(0.25,), title="Shipping"))
    keep(sessions, ago(hours=3), made_answer(language="de", title="Salaries", audience="manager", scores=(1.0,)))
    keep(sessions, ago(days=1, hours=1), made_answer(language="ja", title="Shipping", findings=found_there[:1]))
    found = counted(desk)
    assert [(each.name, each.now, each.before) for each in found.languages] == [
        ("de", 2, 0),
        ("pl", 1, 0),
        ("ja", 0, 1),
    ]
    # A title that agents may not read is not shown to whoever looks at the dashboard.
    assert [(each.name, each.now, each.before) for each in found.topics] == [("Shipping", 1, 1), ("Returns", 1, 0)]
    assert [(each.of, each.name, each.now, each.before) for each in found.findings] == [
        ("injection", "injection", 2, 1), ("grounding", "denied", 1, 0)
    ]  # fmt: skip
    assert (found.now.findings, found.now.found_in) == (3, 1)
    assert found.now.flagged == pytest.approx(1 / 3)
    assert (found.now.sentences, found.now.withheld) == (5, 1)
    assert found.now.support == pytest.approx(((0.9 + 0.3 + 0.2) / 3 + 0.25 + 1.0) / 3, abs=1e-4)
    assert (found.weakest[0].id, found.weakest[0].support) == (weak, 0.25)


def test_a_day_begins_at_midnight_of_the_reader(desk: DashboardDesk, sessions: Sessions) -> None:
    keep(sessions, datetime(2026, 11, 17, 20, 30, tzinfo=UTC), made_answer(seconds=4))  # the 18th in Kolkata
    keep(sessions, datetime(2026, 11, 18, 1, 0, tzinfo=UTC), made_answer(seconds=6))
    assert counted(desk).now.answers == 1
    found = counted(desk, zone="Asia/Kolkata")
    assert (found.now.answers, found.zone) == (2, "Asia/Kolkata")
    last = found.trend[-1]
    assert (last.day, last.answers, last.median_seconds, last.is_now) == (date(2026, 11, 18), 2, 4.0, True)
    assert [each.is_now for each in found.trend].count(True) == 1
    assert len(found.trend) == 28


def test_a_week_is_held_against_the_same_weekdays(desk: DashboardDesk, sessions: Sessions) -> None:
    for back in range(14):
        for _ in range(back + 1):
            keep(sessions, ago(days=back, hours=1), made_answer())
    found = counted(desk, 7)
    assert (found.now.answers, found.before.answers) == (sum(range(1, 8)), sum(range(8, 15)))
    assert [each.answers for each in found.trend[-14:]] == list(range(14, 0, -1))
    assert found.enough
    assert found.before.end == ago(days=7)


def test_what_is_deleted_is_counted_no_more_and_nothing_is_counted_twice(
    desk: DashboardDesk, sessions: Sessions
) -> None:
    first = keep(sessions, ago(hours=1), made_answer(model=SMALL, findings=[("injection", "injection")]))
    assert counted(desk).now.answers == counted(desk).now.answers == 1
    keep(sessions, ago(hours=1), made_answer())
    assert counted(desk).now.answers == 2
    with sessions.write() as session:
        conversation = session.scalars(select(MessageRow.conversation_id).where(MessageRow.id == first)).one()
        session.execute(delete(ConversationRow).where(ConversationRow.id == conversation))
    assert counted(desk).now.answers == 1
    with sessions.read() as session:
        left = [session.scalar(select(func.count()).select_from(each)) for each in (AnswerAttemptRow, AnswerCodeRow)]
        assert left == [0, 0]
        assert session.scalar(select(func.count()).select_from(AnswerFiguresRow)) == 1


def test_two_that_count_at_once_count_each_answer_once(
    desk: DashboardDesk, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, kept = (keep(sessions, ago(hours=1), made_answer(model=SMALL)) for _ in range(2))
    both_have_read, read = Barrier(2, timeout=60), noting._kept

    def read_and_wait(session: Session, ids: Sequence[int]) -> list[Kept]:
        found = read(session, ids)
        if both_have_read.wait() == 0:  # one of the two; meanwhile, somebody deletes a conversation
            with sessions.write() as writing:
                writing.execute(delete(MessageRow).where(MessageRow.id == gone))
        both_have_read.wait()
        return found

    monkeypatch.setattr(noting, "_kept", read_and_wait)
    with ThreadPoolExecutor(2) as threads:
        for each in [threads.submit(counted, desk) for _ in range(2)]:
            assert each.result().now.bill.attempts == 1
    with sessions.read() as session:
        assert session.scalars(select(AnswerFiguresRow.message_id)).all() == [kept]


def test_an_answer_that_cannot_be_read_is_left_out(desk: DashboardDesk, sessions: Sessions) -> None:
    broken = keep(sessions, ago(hours=1), made_answer())
    keep(sessions, ago(hours=1), made_answer())
    with sessions.write() as session:
        session.get_one(MessageRow, broken).answer_json = '{"action": "sing"}'
    assert counted(desk).now.answers == 1


def test_nothing_asked_is_no_error(desk: DashboardDesk) -> None:
    found = counted(desk, 28)
    assert (found.now.answers, found.now.seconds.median, found.now.abstentions, found.now.support) == (
        0,
        None,
        None,
        None,
    )
    assert len(found.trend) == 56 and not found.languages and not found.models


def test_figures_hold_nothing_that_anybody_said(desk: DashboardDesk, sessions: Sessions) -> None:
    answer = made_answer(text="Ms Mia Novak, mia@example.com, may send it back.", findings=[("leaks", "leak-secret")])
    keep(sessions, ago(hours=1), answer, question="May mia@example.com send it back?")
    counted(desk)
    with sessions.read() as session:
        told = [
            str(tuple(row)) for table in (AnswerFiguresRow, AnswerAttemptRow, AnswerCodeRow)
            for row in session.execute(select(table.__table__))
        ]  # fmt: skip
    assert told and not any(word in row for row in told for word in ("Mia", "mia@", "Novak", "send", "says so"))


def test_amounts_add_up_exactly() -> None:
    from app.answers import Usage
    from app.dashboard.money import Account

    account = Account(PRICES)
    for _ in range(1000):
        account.add(SMALL, date(2026, 11, 18), 1, Usage(prompt_tokens=100, completion_tokens=10), 1.0)
    assert account._amounts == {"USD": Decimal("0.3")}
