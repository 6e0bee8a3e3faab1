"""Policy updates in a real browser: a change is seen, read side by side, what it makes wrong asked again, confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from tests.app.desk.changes.conftest import Past, answer_from, changed_home, copied_home
from tests.app.ui.pages import IN_A_BROWSER, OpenPage, served

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["changed_home"]
pytestmark = IN_A_BROWSER
DEADLINE = "Customers may return an item within 14 days of delivery."


@pytest.fixture(scope="module")
def server(changed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = copied_home(changed_home, tmp_path_factory.mktemp("pages"))
    store = ConversationStore(default_url(home))
    message = store.start_answer(store.create("Wie lange?").id, "Wie lange habe ich für die Rückgabe?")
    store.finish_answer(message, "finished", answer_from(Past(DEADLINE, DEADLINE)))
    store.close()
    with served(home) as url:
        yield url


def fits(page: Page, width: int) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= width)


def test_an_agent_reads_a_change_and_confirms_it(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Policy updates").click()
    page.get_by_text("5 changes.").wait_for()
    page.get_by_role("button", name="Policy updates: 5 unread").wait_for()
    titles = page.locator("h2.pd-update-title").all_inner_texts()
    assert "Fees" not in titles and "Form" not in titles  # for managers alone; set otherwise alone
    card = page.locator("[class*=st-key-update-unread-]", has_text="Returns in Germany")
    assert "14 days" in card.inner_text() and "30 days" in card.inner_text()
    card.get_by_role("button", name="Read the change").click()

    page.locator("h1.pd-update-title", has_text="Returns in Germany").wait_for()
    sides = page.locator(".pd-update-side")
    old, new = sides.nth(0).bounding_box(), sides.nth(1).bounding_box()
    assert old and new and old["y"] == new["y"] and old["x"] < new["x"]
    assert (sides.nth(0).locator("del").inner_text(), sides.nth(1).locator("ins").inner_text()) == (
        "14 days",
        "30 days",
    )
    touched = page.locator("[class*=st-key-touched-wrong-]")
    touched.get_by_text("Wrong now").wait_for()
    assert "Wie lange habe ich" in touched.inner_text()
    touched.get_by_role("button", name="Ask again").click()
    touched.get_by_text("30 Tagen").first.wait_for()

    page.get_by_role("button", name="I have read this").click()
    page.get_by_text("say who you are").wait_for()
    page.get_by_role("textbox", name="Your name").fill("Ana Lima")
    page.get_by_role("button", name="I have read this").click()
    page.get_by_text("You have read this change.").wait_for()
    page.get_by_text("Read by Ana Lima").wait_for()
    page.get_by_role("button", name="Policy updates: 4 unread").wait_for()
    page.get_by_role("button", name="All changes").click()
    page.get_by_text("5 changes.").wait_for()
    page.get_by_role("radio", name="Unread").click()
    page.get_by_text("4 changes.").wait_for()


def test_a_change_fits_a_narrow_screen_and_leads_to_the_answer_it_touches(open_page: OpenPage, server: str) -> None:
    page = open_page(width=400)
    page.goto(f"{server}/?changes=no-such-change")
    page.get_by_text("This change is not there any more").wait_for()
    assert fits(page, 400)
    page.locator("[class*=st-key-update-]", has_text="Returns in Germany").get_by_role("button").first.click()
    sides = page.locator(".pd-update-side")
    sides.nth(1).wait_for()
    old, new = sides.nth(0).bounding_box(), sides.nth(1).bounding_box()
    assert old and new and old["y"] < new["y"] and old["x"] == new["x"]
    page.get_by_role("button", name="Open the conversation").wait_for()
    assert fits(page, 400)
    page.get_by_role("button", name="Open the conversation").click()
    page.locator(".pd-question", has_text="Wie lange habe ich").wait_for()
