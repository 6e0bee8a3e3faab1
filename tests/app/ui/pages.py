"""The page served with the scripted assistant behind it, and what one does on it however slow the machine is.

What a page does takes its time: nothing is read from it but by what waits (``expect``, :func:`becomes`), and nothing
is pressed but when the page is drawn (:func:`press`).
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from app.ui.server import PAGE, serve, wait_until_ready
from eval.ports import free_port
from tests.support.browser import CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    OpenPage = Callable[..., Page]

LONGEST_S = 120  # a limit that a fault reaches and a slow machine does not
LONGEST_MS = LONGEST_S * 1000
_IMPATIENT_MS = 20_000  # after which a person to whom nothing happened presses again
_CUT_OFF = """([selector, width]) => [
    ...(document.documentElement.scrollWidth > width ? ["the page itself"] : []),
    ...[...document.querySelectorAll(selector)].filter(each => {
        const box = each.getBoundingClientRect();
        return box.width > 0 && (box.left < 0 || box.right > width);
    }).map(each => each.className || each.tagName)
]"""

IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@contextmanager
def served(home: Path, page: Path = PAGE, /, port: int = 0, **environment: str) -> Iterator[str]:
    settings = {
        "POLYDESK_HOME": str(home),
        "POLYDESK_ASSISTANT": "tests.support.fake_assistant:create",
        "POLYDESK_FAKE_DELAY": "0.05",
        "POLYDESK_FAKE_GATE": str(home),
        "POLYDESK_QUESTIONS_PER_MINUTE": "0",  # nobody types as fast as a test
    }
    port = port or free_port()
    process = serve(settings | environment, port, output=subprocess.DEVNULL, page=page)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, process, LONGEST_S)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def becomes(read: Callable[[], object], wanted: object) -> None:
    """Wait until ``read()`` is ``wanted``: what is stored after a click, or where something stands on a page."""
    deadline = time.monotonic() + LONGEST_S
    while (found := read()) != wanted and time.monotonic() < deadline:
        time.sleep(0.1)
    assert found == wanted


def settled(page: Page) -> None:
    """Wait until the page is drawn: a click on one that is just drawn anew may hit nothing."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()


def appears(sought: Locator) -> None:
    """Wait until it is there, and then until the page is drawn; before, an old and a new one may stand there both."""
    expect(sought.first).to_be_visible()
    settled(sought.page)


def press(button: Locator, until: Locator) -> None:
    """Click ``button`` until there is what comes of it; again where nothing came of it, as a person does."""
    page, deadline = button.page, time.monotonic() + LONGEST_S
    settled(page)
    button.first.click()
    while time.monotonic() < deadline:
        try:
            expect(until.first).to_be_visible(timeout=_IMPATIENT_MS)
            break
        except AssertionError:
            settled(page)
            with suppress(PlaywrightError):  # gone in the meantime, which is what comes of many
                if not (until.first.is_visible() or _is_on(button.first)):
                    button.first.click(timeout=_IMPATIENT_MS)
    appears(until)


def write(field: Locator, text: str, key: str = "") -> None:
    """Put ``text`` into a field of a page that is drawn, and press ``key`` in it."""
    settled(field.page)
    field.fill(text)
    expect(field).to_have_value(text)
    if key:
        field.press(key)


def ask(page: Page, question: str) -> None:
    settled(page)
    asked = page.locator(".pd-question", has_text=question)
    before = asked.count()
    box = page.locator("[data-testid=stChatInput] textarea")
    expect(box).to_be_enabled()
    write(box, question, "Enter")
    for _ in range(LONGEST_MS // _IMPATIENT_MS):
        try:
            expect(box).not_to_have_value(question, timeout=_IMPATIENT_MS)
            break  # it is sent
        except AssertionError:
            box.press("Enter")
    expect(asked).to_have_count(before + 1)


def answered(page: Page, confidence: int) -> None:
    """Wait until the last answer stands there for good, with its ``confidence`` in percent."""
    expect(page.locator(".pd-badges", has_text=f"Confidence {confidence} %").last).to_be_visible()
    expect(page.locator(".pd-phase")).to_have_count(0)
    settled(page)


def fits(page: Page, width: int, selector: str = "main") -> None:
    """Wait until nothing that ``selector`` finds is cut off at the sides of a page of this width."""
    becomes(lambda: list(page.evaluate(_CUT_OFF, [selector, width])), [])


def _is_on(button: Locator) -> bool:
    """Whether it is chosen or open already, so that another click would undo that."""
    states = [f"aria-{state}" for state in ("checked", "pressed", "expanded")]
    return any(button.get_attribute(state, timeout=_IMPATIENT_MS) == "true" for state in states)
