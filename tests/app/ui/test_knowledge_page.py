"""The knowledge page in a real browser: a document is read in two versions, said to be wrong, and that is settled."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.app.ui.pages import IN_A_BROWSER, answered, appears, ask, press, settled, write

if TYPE_CHECKING:
    from tests.app.ui.pages import OpenPage, appears

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def server(documents_server: str) -> str:
    return documents_server


def test_what_is_wrong_in_a_document_and_what_is_missing_is_said_and_settled(open_page: OpenPage) -> None:
    page = open_page("?knowledge=")
    appears(page.get_by_role("button", name="Pick-up"))
    settled(page)
    expect(page.get_by_role("button", name="Fees")).to_have_count(0)  # that is for managers
    document = page.locator(".pd-document", has_text="within 30 days of delivery")
    press(page.get_by_role("button", name="Returns in Germany"), until=document)
    new, old = page.locator(".pd-differences ins", has_text="30 days"), page.locator(".pd-differences del")
    press(page.get_by_text("Beside the version before"), until=new)
    expect(old).to_contain_text("14 days")

    wrong, told = page.get_by_role("textbox", name="What is wrong"), page.get_by_text("It is on their list.")
    press(page.get_by_text("This passage is wrong"), until=wrong)
    write(wrong, "It is <i>45</i> days.")
    write(page.get_by_role("textbox", name="Your name"), "Ana Lima")
    press(page.get_by_role("button", name="Tell the people"), until=told)
    waiting = page.get_by_role("button", name="Knowledge: 1 to look at")
    press(page.get_by_role("button", name="All documents"), until=waiting)
    press(page.get_by_text("Reported as wrong (1)"), until=page.get_by_text("It is <i>45</i> days."))
    write(page.get_by_role("textbox", name="What came of it"), "corrected")
    nothing_wrong = page.get_by_text("Nobody holds anything to be wrong.")
    press(page.get_by_role("button", name="Settled"), until=nothing_wrong)
    press(page.get_by_role("radio", name="Ingest runs"), until=page.get_by_text(re.compile(r"\d changed")).first)

    # What a colleague answered can become an article.
    welcome = page.get_by_role("heading", name="What does the customer need to know?")
    press(page.get_by_role("button", name="New conversation"), until=welcome)
    ask(page, "كم مدة الضمان؟ دفعت 9000 ريال سعودي نقدًا")
    answered(page, 88)
    answer = page.get_by_role("textbox", name="What the customer was told")
    press(page.locator("[class*=st-key-escalated-]").get_by_role("button", name="Open the case"), until=answer)
    expect(page.get_by_role("textbox", name="Your name")).to_have_value("Ana Lima")
    write(answer, "الضمان 24 شهرًا")
    done = page.get_by_text("Answered by Ana Lima")
    press(page.get_by_role("button", name="Answered", exact=True), until=done)
    answers = page.get_by_text("Answers of colleagues (1)")
    take = page.get_by_role("button", name="Download as an article")
    press(page.get_by_role("button", name="Knowledge: 1 to look at"), until=answers)
    press(answers, until=take)
    settled(page)
    with page.expect_download() as download:
        take.click()
    assert "الضمان 24 شهرًا" in Path(download.value.path()).read_text(encoding="utf-8")
    appears(page.get_by_text("No answer of a colleague waits here."))
