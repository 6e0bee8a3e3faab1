"""The dashboard in a real browser: another period, another figure, and the record of a slow answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from app.conversations.database import default_url
from app.conversations.sessions import Sessions
from app.drift.desk import DriftDesk
from app.drift.making import drift_maker
from tests.app.dashboard.answers import SMALL, keep, made_answer
from tests.app.ui.pages import IN_A_BROWSER, appears, fits, press, served
from tests.app.ui.quality.test_markup import report
from tests.support.hashed_embedder import hashed

if TYPE_CHECKING:
    from tests.app.ui.pages import OpenPage

pytestmark = IN_A_BROWSER
HOSTILE = "Is <img src=x onerror=alert(1)> covered by the guarantee?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("dashboard")
    sessions = Sessions(default_url(home))
    now = datetime.now(UTC)
    slow = made_answer(
        model=SMALL, seconds=42, model_seconds=40, tokens=(2000, 200), findings=[("leaks", "leak-secret")]
    )
    keep(sessions, now - timedelta(days=2), slow, question=HOSTILE)
    for number in range(22):
        keep(sessions, now - timedelta(days=3, minutes=number), made_answer(language="pl"))
        keep(sessions, now - timedelta(days=10, minutes=number), made_answer())
    DriftDesk(drift_maker(sessions, home), hashed).keep(report(made_at=now))
    sessions.close()
    with served(home) as url:
        yield url


def test_from_the_numbers_to_the_whole_record_and_back(open_page: OpenPage) -> None:
    page = open_page("?dashboard=")
    tile = page.locator(".pd-tile", has_text="Answers")
    appears(tile.get_by_text("23", exact=True))
    expect(tile.get_by_label(re.compile(r"\+5 %.* beside the days before"))).to_be_visible()
    drift = page.locator(".st-key-dashboard-drift")
    expect(drift).to_contain_text("changed by more than chance")
    expect(drift.get_by_role("button", name="What is asked")).to_be_visible()
    chart = page.locator(".st-key-dashboard-trend svg")
    appears(chart.locator(".mark-rect path"))
    # What the chart shows is said to those who do not see it.
    expect(page.locator(".st-key-dashboard-trend [aria-label*='Answers, day by day']").first).to_be_attached()
    time = page.locator(".st-key-dashboard-trend").get_by_label(re.compile("Median time, day by day")).first
    press(page.get_by_role("radio", name="Median time"), until=time)
    expect(page.locator(".st-key-dashboard-of-languages tbody tr").first).to_contain_text("Polish")

    look = page.locator("[class*=st-key-record-slowest-]").get_by_role("button").first
    expect(page.locator(".pd-listed").first).to_contain_text("42 s")
    press(look, until=page.get_by_role("heading", name="Time by step"))
    expect(page.locator(".pd-question")).to_have_text(HOSTILE)
    expect(page.get_by_role("row", name="In all")).to_contain_text("42 s")
    expect(page.get_by_role("row", name=SMALL)).to_contain_text("2,000")
    expect(page.get_by_role("heading", name="What guards found")).to_be_visible()
    fits(page, 1280, "main .pd-callout, main .pd-scroll")
    page.set_viewport_size({"width": 400, "height": 850})
    fits(page, 400, "main .pd-callout, main .pd-scroll, main .pd-question")

    press(page.get_by_role("button", name="Dashboard", exact=True).last, until=tile)
    fits(page, 400, "main .pd-tile, main .pd-scroll, main svg, main .pd-listed")
    few = page.get_by_text("Too few to compare")
    press(page.get_by_role("radio", name="Today"), until=few)
    expect(page.locator(".pd-moved")).to_have_count(0)
