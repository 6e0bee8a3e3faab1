"""A draft in a real browser: written, corrected, checked, sent and handed over, in two directions of writing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from app.desk.inbox.store import TicketStore
from tests.app.ui.pages import IN_A_BROWSER, appears, fits, press, settled, write

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.app.ui.pages import OpenPage, appears

pytestmark = IN_A_BROWSER


@pytest.fixture
def german(inbox: TicketStore) -> Iterator[str]:
    """The id of a ticket in German; closed afterwards again, as the others know it."""
    conversation_id = inbox.numbered("T-11").conversation_id
    yield conversation_id
    inbox.set_status(conversation_id, "closed", "Ana Lima")


def editor(page: Page) -> Locator:
    return page.locator("[class*=st-key-draft-edit-] textarea")


def write_a_draft(page: Page, beginning: str) -> str:
    """Have one written; its text."""
    press(page.get_by_role("button", name="Write a draft"), until=editor(page))
    expect(editor(page)).to_have_value(re.compile(f"^{beginning}"))
    return editor(page).input_value()


def test_a_draft_is_written_corrected_and_sent(open_page: OpenPage, german: str) -> None:
    page = open_page(f"?tickets={german}")
    text = write_a_draft(page, "Guten Tag Katrin Oberländer,")
    assert text.endswith("Mit freundlichen Grüßen\nKundenservice") and "[" not in text
    assert "Artikel können innerhalb von 30 Tagen nach Erhalt zurückgegeben werden." in text
    appears(page.get_by_text("Everything here stands in the sources"))
    page.locator(".pd-evidence .pd-chip").first.click()
    appears(page.locator(".pd-panel:popover-open mark"))
    page.keyboard.press("Escape")

    write(editor(page), f"{text}\nWir schenken Ihnen <b>50 €</b>.\nThe password is 4111.", "Control+Enter")
    appears(page.get_by_text("This must not go out"))
    expect(page.locator(".pd-review.pd-warning")).to_contain_text("Wir schenken Ihnen <b>50 €</b>.")
    send = page.get_by_role("button", name="Send")
    expect(send).to_be_disabled()
    write(editor(page), text.replace("Artikel können", "Alle Artikel können"), "Control+Enter")
    expect(page.locator(".pd-review.pd-error")).to_have_count(0)
    appears(page.get_by_text("1 sentence of yours that you should look at again"))
    expect(send).to_be_enabled()
    press(send, until=page.get_by_text("say who you are"))
    write(page.locator(".st-key-draft-by input"), "Ana Lima")
    letter = page.locator(".pd-letter", has_text="Alle Artikel können")
    press(send, until=letter)
    expect(page.locator("[class*=st-key-draft-sent-] .pd-callout").first).to_contain_text("Sent by Ana Lima")
    press(page.get_by_text("What was changed"), until=page.locator(".pd-difference ins").first)
    expect(page.locator(".pd-difference ins")).to_have_text(re.compile("^Alle Artikel"))
    page.reload()
    appears(letter)


def test_a_draft_in_arabic_is_read_along_and_handed_over_on_a_narrow_screen(
    open_page: OpenPage, inbox: TicketStore
) -> None:
    page = open_page(f"?tickets={inbox.numbered('T-12').conversation_id}", width=400)
    ordered = page.get_by_text("By the rules of Mar 3, 2026, when the customer ordered")
    appears(ordered)
    ordered.click()  # none were in force that day, so it was not chosen
    expect(page.get_by_role("switch", checked=True)).to_be_attached()
    settled(page)
    write_a_draft(page, "تحية طيبة منى خليفة،")
    appears(page.get_by_text("By the rules of Mar 3, 2026", exact=True))
    expect(page.locator("[class*=st-key-draft-edit-rtl] textarea")).to_have_css("direction", "rtl")
    fits(page, 400)
    beside, shorter = page.locator(".pd-beside"), page.get_by_role("button", name="Shorter")
    press(page.get_by_role("button", name="In English"), until=beside.filter(has_text="(en) مدة الضمان"))
    press(shorter, until=page.get_by_role("button", name="Shorter", disabled=True))
    expect(beside).to_have_count(0)
    appears(editor(page))
    handed = page.get_by_text("Handed over: case")
    press(page.locator(".st-key-draft-hand-over button"), until=handed)
    expect(page.get_by_role("button", name="Write a draft")).to_be_enabled()

    page = open_page(f"?tickets={inbox.numbered('T-13').conversation_id}")
    appears(page.get_by_text("The last word in this ticket is yours"))
    expect(page.get_by_role("button", name="Write a draft")).to_be_disabled()
