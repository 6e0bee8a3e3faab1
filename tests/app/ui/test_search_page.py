"""The search page in a real browser: hits of the scripted assistant, each with why it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.app.ui.pages import IN_A_BROWSER, answered, appears, ask, fits, press, write

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.app.ui.pages import OpenPage, appears

pytestmark = IN_A_BROWSER
QUESTION = "How long is the guarantee?"


def search(page: Page, question: str) -> None:
    box = page.get_by_label("Question or words")
    press(page.get_by_role("button", name="Search documents"), until=box)
    write(box, question, "Enter")


def test_a_search_is_narrowed_and_left_for_a_conversation(chat: Page) -> None:
    ask(chat, "Erstattung?")
    answered(chat, 91)
    search(chat, QUESTION)
    appears(chat.get_by_text("3 passages."))
    expect(chat.locator(".pd-hit .pd-chip")).to_have_text(["1", "2 Earlier ticket", "3"])
    expect(chat.locator("[data-testid=stChatInput]")).to_have_count(0)
    kinds = chat.get_by_test_id("stButtonGroup")
    press(kinds.get_by_role("button", name="Tickets"), until=kinds.get_by_role("button", name="Tickets", pressed=True))
    press(chat.get_by_role("button", name="Search", exact=True), until=chat.get_by_text("1 passage."))
    expect(chat.locator(".pd-hit .pd-chip")).to_have_text(["2 Earlier ticket"])

    conversation = chat.locator("[class*=st-key-open-] button", has_text="Erstattung?").first
    press(conversation, until=chat.locator(".pd-question", has_text="Erstattung?"))
    answered(chat, 91)
    expect(chat.locator(".pd-hit")).to_have_count(0)
    assert "search" not in chat.url


def test_hits_are_found_by_their_address_explain_themselves_and_fit_a_narrow_screen(open_page: OpenPage) -> None:
    page = open_page("?search=How+long+is+the+guarantee%3F", width=400)
    appears(page.get_by_text("3 passages. The question is in English."))
    expect(page.get_by_label("Question or words")).to_have_value(QUESTION)
    expect(page.locator(".pd-hit .pd-chip")).to_have_text(["1", "2 Earlier ticket", "3"])
    expect(page.locator(".pd-contradictions .pd-chip")).to_have_text(["1", "3"])
    expect(page.locator(".pd-hit").nth(2).locator(".pd-sentence")).to_have_attribute("dir", "rtl")
    fits(page, 400, ".pd-hit, [data-testid=stForm]")
    why = page.locator(".pd-hit .pd-why").first
    why.locator("summary").click()
    expect(why).to_contain_text("+0.521 = 0.744 × 0.700")
    page.locator(".pd-hit .pd-chip").first.click()
    mark = page.locator(".pd-panel:popover-open mark")
    expect(mark).to_have_text("A used article from Merova Second has a guarantee of 12 months.")
