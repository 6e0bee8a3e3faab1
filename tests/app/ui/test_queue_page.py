"""The queue of cases in a real browser: a case comes up in an answer, is found, understood, taken and closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from app.conversations.database import default_url
from app.conversations.sessions import Sessions
from app.escalations.records import WAITING
from app.escalations.store import EscalationStore
from tests.app.ui.pages import IN_A_BROWSER, answered, appears, ask, fits, press, write

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.app.ui.pages import OpenPage, appears

pytestmark = IN_A_BROWSER


@pytest.fixture
def cases(home: Path) -> Iterator[EscalationStore]:
    sessions = Sessions(default_url(home))
    yield EscalationStore(sessions)
    sessions.close()


def a_case_in_arabic(page: Page, amount: int) -> str:
    question = f"كم مدة الضمان؟ دفعت {amount} ريال سعودي <b>نقدًا</b>"
    ask(page, question)
    answered(page, 88)
    appears(page.locator(".pd-prose", has_text="مدة الضمان 24 شهرًا").last)
    appears(page.locator("[class*=st-key-escalated-]"))
    return question


def test_a_case_is_taken_and_closed_by_a_person(chat: Page, cases: EscalationStore) -> None:
    before, waiting = cases.open_count(), len(cases.list(WAITING))
    question = a_case_in_arabic(chat, 9100)
    tile = chat.locator("[class*=st-key-escalated-]")
    expect(tile).to_contain_text("Went to Customer care")
    expect(tile).to_contain_text("a large amount is at stake")
    press(chat.get_by_role("button", name="New conversation"), until=chat.locator(".pd-welcome"))
    for times in (1, 2):
        ask(chat, "What about the weather?")
        expect(chat.get_by_text("No passage answers the question")).to_have_count(times)
    expect(chat.locator("[class*=st-key-verdict-escalate] .pd-prose")).to_have_text(
        "A colleague will take this over and answer you personally."
    )

    listed = chat.get_by_text(f"{waiting + 2} cases.")
    press(chat.get_by_role("button", name=f"Cases for a person: {before + 2} open"), until=listed)
    card = chat.locator("[class*=st-key-case-]", has_text=question)
    expect(card.locator(".pd-case-question")).to_have_text(question)
    expect(card.locator(".pd-case-question")).to_have_attribute("dir", "rtl")
    press(card.locator("[class*=st-key-look-] button"), until=chat.locator(".pd-case-asked"))
    expect(chat.locator(".pd-first-step")).to_contain_text("Check the order and the amount")
    expect(chat.locator(".pd-case-asked")).to_have_attribute("dir", "rtl")
    expect(chat.locator(".pd-hit .pd-chip")).to_have_text(["1", "2"])
    chat.locator(".pd-hit .pd-chip").first.click()
    mark = chat.locator(".pd-panel:popover-open mark")
    expect(mark).to_have_text("يسري الضمان لمدة 24 شهرًا من تاريخ الشراء.")
    chat.keyboard.press("Escape")

    take, name = chat.get_by_role("button", name="I look after it"), chat.get_by_role("textbox", name="Your name")
    write(name, "")
    press(take, until=chat.get_by_text("say who you are"))
    write(name, "Ana Lima")
    press(take, until=chat.get_by_text("Ana Lima looks after it"))
    appears(chat.get_by_role("button", name=f"Cases for a person: {before + 1} open"))
    write(chat.get_by_role("textbox", name="What came of it"), "Called <b>back</b>.")
    press(chat.get_by_role("button", name="Close the case"), until=chat.get_by_text("Remark: Called <b>back</b>."))
    left, every = (f"{each} case{'s' * (each != 1)}." for each in (waiting + 1, len(cases.list())))
    press(chat.get_by_role("button", name="All cases"), until=chat.get_by_text(left))
    expect(card).to_have_count(0)
    press(chat.get_by_role("button", name="Closed"), until=chat.get_by_text(every))
    expect(card).to_have_count(1)


def test_a_case_fits_a_narrow_screen_and_leads_to_its_conversation(open_page: OpenPage) -> None:
    page = open_page(width=400)
    question = a_case_in_arabic(page, 9200)
    asked = page.locator(".pd-case-asked")
    press(page.locator("[class*=st-key-escalated-]").get_by_role("button", name="Open the case"), until=asked)
    expect(page.locator(".pd-hit")).to_have_count(2)
    fits(page, 400)
    card = page.locator("[class*=st-key-case-]", has_text=question)
    press(page.get_by_role("button", name="All cases"), until=card)
    fits(page, 400)
    press(card.locator("[class*=st-key-look-] button"), until=asked)
    conversation = page.get_by_role("button", name="Open the conversation")
    press(conversation, until=page.locator(".pd-question", has_text=question))
    answered(page, 88)
