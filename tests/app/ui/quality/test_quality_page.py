"""The quality page in a real browser: the runs over time, the drift of the week, and the questions to take along."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from app.conversations.database import default_url
from app.conversations.sessions import Sessions
from app.drift.desk import DriftDesk
from app.drift.making import drift_maker
from app.drift.report import NewQuestion, WeekLine
from eval.runs.shelf import RunShelf
from tests.app.ui.pages import IN_A_BROWSER, appears, fits, press, served, settled
from tests.app.ui.quality.test_markup import report
from tests.eval.made_runs import items, made_run, shares
from tests.support.hashed_embedder import hashed

if TYPE_CHECKING:
    from tests.app.ui.pages import OpenPage

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("quality")
    now = datetime.now(UTC)
    for number, right in enumerate((90, 92, 70)):
        outcomes = {"golden": items("document_recall", shares(right, 100)), "pii": items("recall", shares(95, 100))}
        made_run(home, f"run-{number}", outcomes, started=now - timedelta(days=30 - 10 * number))
    RunShelf(home).mark_baseline(RunShelf(home).find("run-1"))
    sessions = Sessions(default_url(home))
    new = NewQuestion(
        question="Może <PERSON_1> zapłacić w ratach?", language="pl", asked=7, conversations=6, languages=("pl", "de"),
        likeness=0.2, documents=("Payments",),
    )  # fmt: skip
    shown = zip((45, 46, 47), (0.1, 0.12, 0.4), strict=True)
    weeks = tuple(WeekLine(week=f"2026-W{n}", questions=50, conversations=40, abstentions=x) for n, x in shown)
    DriftDesk(drift_maker(sessions, home), hashed).keep(report(made_at=now, new_questions=(new,), weeks=weeks))
    sessions.close()
    with served(home) as url:
        yield url


def test_the_runs_the_alarms_and_the_questions_worth_adding(open_page: OpenPage) -> None:
    page = open_page("?quality=")
    appears(page.locator(".pd-tile", has_text="Questions with known answers").get_by_text("70.0 %"))
    expect(page.get_by_label("−22.0 since the baseline")).to_be_visible()
    expect(page.get_by_text("polydesk eval gate")).to_be_visible()
    chart = page.locator("[class*=st-key-quality-trend] svg")
    appears(chart.locator(".mark-line path"))
    assert chart.locator(".mark-symbol path").count() >= 3
    rows = page.locator(".pd-table tbody tr")
    press(page.get_by_text("As a table"), until=rows)
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("70.0 %")

    compared = page.get_by_text("polydesk models compare")
    press(page.get_by_role("radio", name="Models"), until=compared)
    alarms = page.locator(".pd-alarms")
    press(page.get_by_role("radio", name="What is asked"), until=alarms)
    expect(alarms).to_contain_text("Polish")
    expect(alarms).to_contain_text("10.0 % before, 40.0 % this week")
    expect(page.get_by_text("Może <PERSON_1> zapłacić w ratach?")).to_be_visible()
    appears(page.locator("[class*=st-key-quality-weeks] svg .mark-line path"))
    take = page.get_by_role("button", name="Download as golden questions")
    settled(page)
    with page.expect_download() as download:
        take.click()
    line = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert line["question"] == "Może <PERSON_1> zapłacić w ratach?" and line["documents"] == []

    page.set_viewport_size({"width": 400, "height": 850})
    fits(page, 400, "main .pd-callout, main .pd-scroll, main svg")
