"""A browser, and the page it looks at; one server for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.app.ui.pages import LONGEST_MS, free_port, press, served
from tests.support.browser import ARGUMENTS, CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.app.ui.pages import OpenPage

WIDTH, HEIGHT = 1280, 850


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="package")
def port() -> int:
    """The same for the server of every file: what the browser loaded and compiled for one serves the next."""
    return free_port()


@pytest.fixture(scope="module")
def server(home: Path, port: int) -> Iterator[str]:
    with served(home, port=port) as url:
        yield url


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for all files of this folder; gone after them, as other tests cannot run an event loop beside it."""
    expect.set_options(timeout=LONGEST_MS)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, timeout=LONGEST_MS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def hosts() -> set[str]:
    """Of all that pages have asked for since the browser was started."""
    return set()


@pytest.fixture(scope="package")
def context(browser: Browser, hosts: set[str]) -> BrowserContext:
    # Without motion: a panel that is still sliding in has no place to measure.
    context = browser.new_context(locale="en-GB", reduced_motion="reduce", viewport={"width": WIDTH, "height": HEIGHT})
    context.set_default_timeout(LONGEST_MS)
    context.on("request", lambda request: hosts.add(urlsplit(request.url).hostname or ""))
    return context


@pytest.fixture
def open_page(context: BrowserContext, server: str) -> Iterator[OpenPage]:
    """Opens an address, or the empty chat; closed after the test."""
    opened: list[Page] = []

    def open_it(address: str = "", width: int = WIDTH, scheme: str = "light") -> Page:
        page = context.new_page()
        opened.append(page)
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(f"{server}/{address}")
        return page

    yield open_it
    for page in opened:
        page.close()
    context.clear_cookies()


@pytest.fixture(scope="module")
def kept_page(context: BrowserContext, server: str) -> Iterator[Page]:
    page = context.new_page()
    page.goto(server)
    yield page
    page.close()


@pytest.fixture
def chat(kept_page: Page) -> Page:
    """The empty chat: the page of all tests of a file, as to load one takes longer than to use it."""
    kept_page.keyboard.press("Escape")  # what the test before has left open
    empty = kept_page.get_by_role("heading", name="What does the customer need to know?")
    press(kept_page.get_by_role("button", name="New conversation"), until=empty)
    expect(kept_page.locator(".pd-question")).to_have_count(0)
    return kept_page
