"""A draft in a real browser: written, corrected, checked, sent and handed over, in two directions of writing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.app.ui.pages import IN_A_BROWSER, SECONDS, served

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = IN_A_BROWSER
PAGE = Path(__file__).parents[3] / "support" / "draft_page.py"


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[str]:
    with served(home, PAGE) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    page.set_default_timeout(45 * SECONDS)  # on a busy machine
    yield page
    page.close()


def written(page: Page) -> str:
    page.get_by_role("button", name="Write a draft").click()
    return edited(page)


def edited(page: Page) -> str:
    editor = page.locator("[class*=st-key-draft-edit-] textarea")
    editor.wait_for()
    return editor.input_value()


def change(page: Page, text: str) -> None:
    editor = page.locator("[class*=st-key-draft-edit-] textarea")
    editor.fill(text)
    editor.press("Control+Enter")


def test_a_draft_is_written_corrected_and_sent(page: Page, server: str) -> None:
    page.goto(f"{server}/?t=de")
    text = written(page)
    assert text.startswith("Guten Tag Katrin Oberländer,") and text.endswith("Mit freundlichen Grüßen\nKundenservice")
    assert "Artikel können innerhalb von 30 Tagen nach Erhalt zurückgegeben werden." in text and "[" not in text
    page.locator(".pd-evidence .pd-chip").first.click()
    page.locator(".pd-panel:popover-open mark").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text("Everything here stands in the sources").wait_for()

    change(page, f"{text}\nWir schenken Ihnen <b>50 €</b>.\nThe password is 4111.")
    page.get_by_text("This must not go out").wait_for()
    assert "Wir schenken Ihnen <b>50 €</b>." in page.locator(".pd-review.pd-warning").inner_text()
    page.get_by_role("button", name="Send", disabled=True).wait_for()
    change(page, text.replace("Artikel können", "Alle Artikel können"))
    page.locator(".pd-review.pd-error").wait_for(state="detached")
    page.get_by_text("1 sentence of yours that you should look at again").wait_for()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("say who you are").wait_for()
    page.get_by_role("textbox", name="Your name").fill("Ana Lima")
    page.get_by_role("button", name="Send").click()
    page.locator(".pd-letter", has_text="Alle Artikel können").wait_for()
    assert "Sent by Ana Lima" in page.locator(".pd-callout").first.inner_text()
    page.get_by_text("What was changed").click()
    assert page.locator(".pd-difference ins").inner_text().startswith("Alle Artikel")
    page.reload()
    page.locator(".pd-letter").wait_for()


def test_a_draft_in_arabic_is_read_along_and_handed_over_on_a_narrow_screen(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 400, "height": 850})
    page.goto(f"{server}/?t=ar")
    assert written(page).startswith("تحية طيبة منى خليفة،")
    editor = page.locator("[class*=st-key-draft-edit-rtl] textarea")
    assert editor.evaluate("each => getComputedStyle(each).direction") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.get_by_role("button", name="In English").click()
    page.locator(".pd-beside", has_text="(en) مدة الضمان").wait_for()
    page.get_by_role("button", name="Shorter").click()
    page.locator(".pd-beside").wait_for(state="detached")
    edited(page)
    page.get_by_role("button", name="Shorter", disabled=True).wait_for()
    page.get_by_role("button", name="Hand over").click()
    page.get_by_text("Handed over: case").wait_for()
    page.get_by_role("button", name="Write a draft", disabled=False).wait_for()

    page.goto(f"{server}/?t=done")
    page.get_by_text("The last word in this ticket is yours").wait_for()
    page.get_by_role("button", name="Write a draft", disabled=True).wait_for()
