"""Saying that a passage is wrong, on the page's store and on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.conversations.database import default_url
from app.conversations.errors import ConversationUserError
from app.conversations.sessions import Sessions
from app.desk.knowledge.reports import REPORT_STATES, ReportStore
from tests.app.escalations.conftest import PLACE


@pytest.fixture
def reports(any_sessions: Sessions) -> ReportStore:
    return ReportStore(any_sessions)


def test_a_report_waits_until_somebody_says_what_came_of_it(reports: ReportStore) -> None:
    report = reports.add(PLACE, " Es sind 30 Tage. ", "  Ana  Lima ")
    assert (report.remark, report.reported_by, report.quote) == ("Es sind 30 Tage.", "Ana Lima", "45 Tage")
    assert (reports.list(), reports.open_count()) == ([report], 1)
    settled = reports.settle(report.id, "Bo", "corrected")
    assert (settled.state, settled.settled_by, settled.outcome) == ("settled", "Bo", "corrected")
    assert (reports.list(), reports.open_count(), reports.list(REPORT_STATES)) == ([], 0, [settled])
    with pytest.raises(ConversationUserError, match="is settled already, by Bo"):
        reports.settle(report.id, "Ana", "corrected")
    with pytest.raises(ConversationUserError, match="there is no report 99"):
        reports.settle(99, "Ana", "corrected")


def test_a_report_without_words_or_a_name_is_refused(reports: ReportStore) -> None:
    with pytest.raises(ConversationUserError, match="say what is wrong"):
        reports.add(PLACE, "  ", "Ana")
    with pytest.raises(ConversationUserError, match="say who you are"):
        reports.add(PLACE, "wrong", "")
    assert reports.list() == []


def test_personal_data_in_a_remark_is_not_kept(reports: ReportStore) -> None:
    report = reports.add(PLACE, "jana.novak@example.com told me that it is 30 days", "Ana")
    assert "novak" not in report.remark
    assert "30 days" in report.remark


def test_operations_list_and_settle_reports_in_a_terminal(
    polydesk: Callable[..., tuple[int, str, str]], make_home: Callable[[], Path]
) -> None:
    sessions = Sessions(default_url(make_home()))
    ReportStore(sessions).add(PLACE, "Es sind 30 Tage.", "Ana")
    sessions.close()
    status, out, _ = polydesk("reports", "list", "--json")
    assert status == 0
    assert [(each["id"], each["document_id"], each["remark"]) for each in json.loads(out)] == [
        (1, "returns.md", "Es sind 30 Tage.")
    ]
    assert polydesk("reports", "settle", "1", "corrected", "--by", "Bo")[0] == 0
    assert polydesk("reports", "settle", "1", "corrected")[0] == 2
    _, out, _ = polydesk("reports", "list", "--all")
    assert "Bo: corrected" in out
