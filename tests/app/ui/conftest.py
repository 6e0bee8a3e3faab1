"""A browser, the servers it asks, and the page it looks at: one of each for as many tests as can share it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright
from streamlit.components.v2 import manifest_scanner

from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from tests.app.desk.changes.conftest import Past, answer_from, changed_home, copied_home
from tests.app.ui.pages import LONGEST_MS, press, served
from tests.support.browser import ARGUMENTS, CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.app.ui.pages import OpenPage

__all__ = ["changed_home"]
WIDTH, HEIGHT = 1280, 850
DEADLINE = "Customers may return an item within 14 days of delivery."


@pytest.fixture(scope="package", autouse=True)
def _components_looked_for_once() -> Iterator[None]:
    """Streamlit's test runner reads what is said of every installed package again for each page that it draws."""
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@pytest.fixture(scope="package")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the chat, the search and the cases: nothing is in it but what tests ask."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="package")
def server(home: Path) -> Iterator[str]:
    with served(home) as url:
        yield url


@pytest.fixture(scope="package")
def documents_home(changed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the documents and their changes, with an answer that one of the changes makes wrong."""
    home = copied_home(changed_home, tmp_path_factory.mktemp("documents"))
    store = ConversationStore(default_url(home))
    message = store.start_answer(store.create("Wie lange?").id, "Wie lange habe ich für die Rückgabe?")
    store.finish_answer(message, "finished", answer_from(Past(DEADLINE, DEADLINE)))
    store.close()
    return home


@pytest.fixture(scope="package")
def documents_server(documents_home: Path) -> Iterator[str]:
    with served(documents_home) as url:
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
def refused() -> list[str]:
    """What the browser said of the content security policy since it was started."""
    return []


@pytest.fixture(autouse=True)
def _nothing_is_refused(refused: list[str]) -> Iterator[None]:
    """No page of ours wants what its own policy forbids: a script, a style or a file that is not allowed."""
    refused.clear()
    yield
    assert refused == []


@pytest.fixture(scope="package")
def context(browser: Browser, hosts: set[str], refused: list[str]) -> BrowserContext:
    # Without motion: a panel that is still sliding in has no place to measure.
    context = browser.new_context(locale="en-GB", reduced_motion="reduce", viewport={"width": WIDTH, "height": HEIGHT})
    context.set_default_timeout(LONGEST_MS)
    context.on("console", lambda said: refused.append(said.text) if "Security Policy" in said.text else None)
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


@pytest.fixture(scope="package")
def kept_page(context: BrowserContext, server: str) -> Page:
    page = context.new_page()
    page.goto(server)
    return page


@pytest.fixture
def chat(kept_page: Page) -> Page:
    """The empty chat: one page for all tests, as to load one takes longer than to use it."""
    kept_page.keyboard.press("Escape")  # what the test before has left open
    empty = kept_page.get_by_role("heading", name="What does the customer need to know?")
    press(kept_page.get_by_role("button", name="New conversation"), until=empty)
    expect(kept_page.locator(".pd-question")).to_have_count(0)
    return kept_page
