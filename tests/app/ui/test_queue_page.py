"""The queue of cases in a real browser: a case comes up in an answer, is found, understood, taken and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.app.ui.pages import IN_A_BROWSER, OpenPage, answered, ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = IN_A_BROWSER

ARABIC = "كم مدة الضمان؟ دفعت 9000 ريال سعودي <b>نقدًا</b>"


def a_case_in_arabic(page: Page) -> None:
    ask(page, ARABIC)
    answered(page, 88)
    page.locator(".pd-prose", has_text="مدة الضمان 24 شهرًا").last.wait_for()
    page.locator("[class*=st-key-escalated-]").wait_for()


def two_questions_without_an_answer(page: Page) -> None:
    for _ in range(2):
        ask(page, "What about the weather?")
        page.get_by_text("No passage answers the question").last.wait_for()


def fits(page: Page, width: int) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= width)


def test_a_case_is_taken_and_closed_by_a_person(open_page: OpenPage) -> None:
    page = open_page()
    a_case_in_arabic(page)
    tile = page.locator("[class*=st-key-escalated-]")
    assert "Went to Customer care" in tile.inner_text() and "a large amount is at stake" in tile.inner_text()
    page.get_by_role("button", name="New conversation").click()
    page.locator(".pd-welcome").wait_for()
    two_questions_without_an_answer(page)
    assert page.locator("[class*=st-key-verdict-escalate] .pd-prose").inner_text() == (
        "A colleague will take this over and answer you personally."
    )

    page.get_by_role("button", name="Cases for a person: 2 open").click()
    page.get_by_text("2 cases.").wait_for()
    question = page.locator(".pd-case-question").first
    assert (question.inner_text(), question.get_attribute("dir")) == (ARABIC, "rtl")
    page.locator("[class*=st-key-look-] button").first.click()
    page.locator(".pd-case-asked").wait_for()
    assert "Check the order and the amount" in page.locator(".pd-first-step").inner_text()
    assert page.locator(".pd-case-asked").get_attribute("dir") == "rtl"
    page.locator(".pd-hit .pd-chip").nth(1).wait_for()
    assert page.locator(".pd-hit .pd-chip").all_inner_texts() == ["1", "2"]
    page.locator(".pd-hit .pd-chip").first.click()
    assert page.locator(".pd-panel:popover-open mark").inner_text() == "يسري الضمان لمدة 24 شهرًا من تاريخ الشراء."
    page.keyboard.press("Escape")

    page.get_by_role("button", name="I look after it").click()
    page.get_by_text("say who you are").wait_for()
    page.get_by_role("textbox", name="Your name").fill("Ana Lima")
    page.get_by_role("button", name="I look after it").click()
    page.get_by_text("Ana Lima looks after it").wait_for()
    page.get_by_role("button", name="Cases for a person: 1 open").wait_for()
    page.get_by_role("textbox", name="What came of it").fill("Called <b>back</b>.")
    page.get_by_role("button", name="Close the case").click()
    page.get_by_text("Remark: Called <b>back</b>.").wait_for()
    page.get_by_role("button", name="All cases").click()
    page.get_by_text("1 case.").wait_for()
    page.get_by_role("button", name="Closed").click()
    page.get_by_text("2 cases.").wait_for()
    page.locator("[class*=st-key-look-] button").nth(1).wait_for()


def test_a_case_fits_a_narrow_screen_and_leads_to_its_conversation(open_page: OpenPage, server: str) -> None:
    page = open_page(width=400)
    a_case_in_arabic(page)
    page.locator("[class*=st-key-escalated-]").get_by_role("button", name="Open the case").click()
    page.locator(".pd-hit").nth(1).wait_for()
    assert fits(page, 400)
    page.get_by_role("button", name="All cases").click()
    page.locator(".pd-case-question").first.wait_for()
    assert fits(page, 400)
    page.locator("[class*=st-key-look-] button").last.click()
    page.get_by_role("button", name="Open the conversation").click()
    answered(page, 88)
