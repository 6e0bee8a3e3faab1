"""A browser, and the page it looks at; one server for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.app.ui.pages import SECONDS, OpenPage, served
from tests.support.browser import ARGUMENTS, CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[str]:
    with served(home) as url:
        yield url


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    """One for all pages of a file: what one of them loaded and compiled serves the next."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        # Without motion: a panel that is still sliding in has no place to measure.
        yield browser.new_context(locale="en-GB", reduced_motion="reduce")
        browser.close()


@pytest.fixture
def open_page(context: BrowserContext, server: str) -> Iterator[OpenPage]:
    def opened(url: str = "", width: int = 1280, scheme: str = "light") -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 850})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_default_timeout(45 * SECONDS)  # on a busy machine
        page.goto(url or server)
        page.locator("[data-testid=stChatInput] textarea").wait_for()
        return page

    yield opened
    for page in context.pages:
        page.close()
    context.clear_cookies()
