"""Policy updates in a real browser: a change is seen, read side by side, what it makes wrong asked again, confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.app.ui.pages import IN_A_BROWSER, appears, becomes, fits, press, write

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.app.ui.pages import OpenPage, appears

pytestmark = IN_A_BROWSER
# In one look, as a page that is still drawn moves between two.
SIDES = """() => {
    const sides = [...document.querySelectorAll(".pd-update-side")].slice(0, 2);
    const [old, now] = sides.map(each => each.getBoundingClientRect());
    return !now ? "" : old.y === now.y && old.x < now.x ? "beside" : old.y < now.y && old.x === now.x ? "below" : "";
}"""


@pytest.fixture(scope="module")
def server(documents_server: str) -> str:
    return documents_server


def lie(page: Page, how: str) -> None:
    becomes(lambda: page.evaluate(SIDES), how)


def test_an_agent_reads_a_change_and_confirms_it(open_page: OpenPage) -> None:
    page = open_page()
    press(page.get_by_role("button", name="Policy updates"), until=page.get_by_text("5 changes."))
    appears(page.get_by_role("button", name="Policy updates: 5 unread"))
    titles = page.locator("h2.pd-update-title")
    expect(titles).to_have_count(5)
    for hidden in ("Fees", "Form"):  # for managers alone; set otherwise alone
        expect(titles.filter(has_text=hidden)).to_have_count(0)
    card = page.locator("[class*=st-key-update-unread-]", has_text="Returns in Germany")
    expect(card).to_contain_text("14 days")
    expect(card).to_contain_text("30 days")
    change = page.locator("h1.pd-update-title", has_text="Returns in Germany")
    press(card.get_by_role("button", name="Read the change"), until=change)

    sides = page.locator(".pd-update-side")
    expect(sides.nth(0).locator("del")).to_have_text("14 days")
    expect(sides.nth(1).locator("ins")).to_have_text("30 days")
    lie(page, "beside")
    touched = page.locator("[class*=st-key-touched-wrong-]")
    appears(touched.get_by_text("Wrong now"))
    expect(touched).to_contain_text("Wie lange habe ich")
    press(touched.get_by_role("button", name="Ask again"), until=touched.get_by_text("30 Tagen").first)

    confirm = page.get_by_role("button", name="I have read this")
    press(confirm, until=page.get_by_text("say who you are"))
    write(page.get_by_role("textbox", name="Your name"), "Ana Lima")
    press(confirm, until=page.get_by_text("You have read this change."))
    appears(page.get_by_text("Read by Ana Lima"))
    appears(page.get_by_role("button", name="Policy updates: 4 unread"))
    press(page.get_by_role("button", name="All changes"), until=page.get_by_text("5 changes."))
    press(page.get_by_role("radio", name="Unread"), until=page.get_by_text("4 changes."))


def test_a_change_fits_a_narrow_screen_and_leads_to_the_answer_it_touches(open_page: OpenPage) -> None:
    page = open_page("?changes=no-such-change", width=400)
    appears(page.get_by_text("This change is not there any more"))
    fits(page, 400)
    card = page.locator("[class*=st-key-update-]", has_text="Returns in Germany")
    press(card.get_by_role("button").first, until=page.locator(".pd-update-side").nth(1))
    lie(page, "below")
    conversation = page.get_by_role("button", name="Open the conversation")
    appears(conversation)
    fits(page, 400)
    press(conversation, until=page.locator(".pd-question", has_text="Wie lange habe ich"))
