"""``polydesk dashboard`` prints what the page shows, in its words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.conversations.database import default_url
from app.conversations.sessions import Sessions
from app.dashboard.desk import DashboardDesk, open_prices
from app.dashboard.numbers import Dashboard
from app.settings import load_settings
from app.ui.wording import words_for
from tests.app.dashboard.answers import SMALL, keep, made_answer
from tests.support.command import Command


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLYDESK_HOME", str(tmp_path))
    return tmp_path


def test_the_numbers_are_those_of_the_page_and_hold_no_words(home: Path, polydesk: Command) -> None:
    sessions = Sessions(default_url(home))
    now = datetime.now(UTC)
    for hours in range(1, 4):
        answer = made_answer(seconds=hours, language="pl", title="[/red]Returns")
        keep(sessions, now - timedelta(days=1, hours=hours), answer)
    keep(sessions, now - timedelta(days=2), made_answer(model=SMALL, tokens=(1000, 100), model_seconds=1))
    keep(sessions, now - timedelta(days=9), made_answer("abstain", reasons=("no-evidence",)))

    status, said, _ = polydesk("dashboard", "--days", 7, "--json")
    found = Dashboard.model_validate_json(said)
    assert status == 0
    assert found.now.answers == 4 and found.before.abstained == 1
    assert found.languages[0].name == "pl" and found.now.bill.money[0].currency == "USD"
    shown = DashboardDesk(sessions, open_prices(load_settings())).numbers(7, None, found.now.end)
    assert shown == found
    sessions.close()
    assert "How long" not in said and "30 days" not in said
    assert isinstance(json.loads(said)["slowest"][0]["id"], int)

    status, said, _ = polydesk("dashboard")
    words = words_for("en")
    assert status == 0
    for key in ("answers", "abstentions", "languages", "slowest", "few", "phase.model"):
        assert words(f"dashboard.{key}").split()[0] in said, key
    assert "[/red]Returns" in said  # a title is no markup
    assert "Polish" in said and SMALL.split(":")[0] in said


def test_nothing_asked_and_a_wrong_zone_are_said(home: Path, polydesk: Command) -> None:
    status, said, _ = polydesk("dashboard")
    assert status == 0 and "Nobody has asked anything" in said
    status, _, wrong = polydesk("dashboard", "--zone", "Mars/Olympus")
    assert status == 2 and "Mars/Olympus" in wrong and "Europe/Berlin" in wrong
