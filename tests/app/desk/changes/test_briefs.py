"""After an ingest there is a brief for each change of a rule, for those who may read it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.desk.changes.desk import ChangeDesk
from app.errors import AppError, AppUserError
from ingest.ledger.changes import ChangeLog


def told(desk: ChangeDesk, audience: str | None = None) -> dict[str, str]:
    return {brief.document: brief.what for brief in desk.briefs.of(audience=audience)}


def test_what_changed_came_and_went_is_told_and_another_form_is_not(desk: ChangeDesk) -> None:
    assert told(desk) == {
        "returns.md": "changed",
        "fees.md": "changed",
        "pay.md": "changed",
        "later.md": "changed",
        "came.md": "new",
        "gone.md": "retired",
    }


def test_a_brief_says_what_from_when_for_whom_and_by_whom(desk: ChangeDesk) -> None:
    [brief] = desk.briefs.of(document_id="returns.md")
    assert [(value.kind, value.old, value.new) for value in brief.values] == [("deadline", "14 days", "30 days")]
    assert (brief.previous, brief.number, brief.author, brief.countries) == (1, 2, "Ana Lima", ("DE",))
    assert brief.run is not None and brief.run.id == 2
    assert brief.effective_from is not None and not brief.is_ahead(date.today() + timedelta(days=1))
    [later] = desk.briefs.of(document_id="later.md")
    assert later.is_ahead(date(2099, 12, 31)) and not later.is_ahead(date(2100, 1, 1))
    assert later.kinds == ("permission",)
    [gone] = desk.briefs.of(document_id="gone.md")
    assert gone.excerpt == ("Gift cards are valid for three years.",)


def test_nobody_is_told_what_is_not_for_them(desk: ChangeDesk) -> None:
    agent = told(desk, "agent")
    assert "fees.md" not in agent
    assert agent["pay.md"] == "retired"  # it is for managers now; agents learn that it is gone and no new word
    [pay] = [brief for brief in desk.briefs.of(audience="agent") if brief.document == "pay.md"]
    assert pay.excerpt == ("Customers pay by invoice.",) and not pay.changes
    assert desk.briefs.one(pay.id, "agent") == pay
    [fees] = desk.briefs.of(document_id="fees.md")
    assert desk.briefs.one(fees.id, "agent") is None and desk.briefs.one(fees.id, "manager") == fees
    [moved] = desk.briefs.of(document_id="pay.md")
    assert [(fact.fact, fact.old, fact.new) for fact in moved.facts] == [("audience", "all", "manager")]


def test_briefs_are_narrowed_by_run_and_day(desk: ChangeDesk) -> None:
    assert desk.briefs.of(run_id=1) == []
    assert len(desk.briefs.of(run_id=2)) == 6
    assert desk.briefs.of(since=datetime.now(UTC) + timedelta(days=1)) == []
    with pytest.raises(AppUserError, match=r"retruns\.md: no such document; did you mean returns\.md"):
        desk.briefs.of(document_id="retruns.md")


def test_the_first_ingest_is_no_news(desk: ChangeDesk) -> None:
    assert {change.run.id for change in ChangeLog(desk.briefs.engine).changes() if change.run} == {2}


def test_the_sidebar_counts_what_somebody_has_not_read(desk: ChangeDesk) -> None:
    desk.make_ready("agent").join(60)
    assert desk.unread("Ana", "agent") == 5
    [brief] = desk.briefs.of(document_id="returns.md", audience="agent")
    desk.confirmations.confirm(brief, "Ana")
    assert (desk.unread("Ana", "agent"), desk.unread("Bo", "agent")) == (4, 5)


def test_a_ledger_that_cannot_be_read_is_an_error_on_one_line_and_counts_nothing(desk: ChangeDesk) -> None:
    with desk.briefs.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE versions RENAME TO elsewhere")
    no_table = r"no such table|relation .versions. does not exist"
    with pytest.raises(AppError, match=f"the changes cannot be read from the ledger: ({no_table})"):
        desk.briefs.of()
    assert desk.unread("Ana") == 0
