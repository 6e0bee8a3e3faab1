"""The search page in a real browser: hits of the scripted assistant, each with why it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.app.ui.pages import IN_A_BROWSER, OpenPage, answered, ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = IN_A_BROWSER


def search(page: Page, question: str) -> None:
    page.get_by_role("button", name="Search documents").click()
    box = page.get_by_label("Question or words")
    box.fill(question)
    box.press("Enter")


def test_a_search_lists_hits_that_open_and_explain_themselves_and_survives_a_reload(open_page: OpenPage) -> None:
    page = open_page()
    search(page, "How long is the guarantee?")
    for visit in ("first", "again"):
        page.get_by_text("3 passages. The question is in English.").wait_for()
        page.locator(".pd-hit").nth(2).wait_for()
        assert page.locator(".pd-hit .pd-chip").all_inner_texts() == ["1", "2 Earlier ticket", "3"], visit
        page.reload()
    page.locator(".pd-hit").nth(2).wait_for()
    assert page.locator(".pd-contradictions .pd-chip").all_inner_texts() == ["1", "3"]
    assert page.locator(".pd-hit").nth(2).locator(".pd-sentence").get_attribute("dir") == "rtl"
    why = page.locator(".pd-hit .pd-why").first
    why.locator("summary").click()
    assert "+0.521 = 0.744 × 0.700" in why.inner_text()
    page.locator(".pd-hit .pd-chip").first.click()
    panel = page.locator(".pd-panel:popover-open")
    assert panel.locator("mark").inner_text() == "A used article from Merova Second has a guarantee of 12 months."


def test_only_the_kinds_that_are_chosen_are_listed(open_page: OpenPage) -> None:
    page = open_page()
    search(page, "How long is the guarantee?")
    page.get_by_text("3 passages.").wait_for()
    page.get_by_test_id("stButtonGroup").get_by_role("button", name="Tickets").click()
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_text("1 passage.").wait_for()
    page.locator(".pd-hit").nth(1).wait_for(state="detached")
    assert page.locator(".pd-hit .pd-chip").all_inner_texts() == ["2 Earlier ticket"]


def test_one_comes_back_from_the_search_to_a_conversation(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "Erstattung?")
    answered(page, 91)
    search(page, "How long is the guarantee?")
    page.locator(".pd-hit").first.wait_for()
    page.locator("[data-testid=stChatInput]").wait_for(state="detached")
    page.locator("[class*=st-key-open-] button", has_text="Erstattung?").first.click()
    answered(page, 91)
    page.locator(".pd-hit").first.wait_for(state="detached")
    assert "search" not in page.url


def test_the_form_and_the_hits_fit_a_narrow_screen(open_page: OpenPage, server: str) -> None:
    page = open_page(width=400)
    page.goto(f"{server}/?search=How+long+is+the+guarantee")
    page.locator(".pd-hit").first.wait_for()
    page.locator("input[value='How long is the guarantee']").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    for element in page.locator(".pd-hit, [data-testid=stForm]").all():
        box = element.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 400
