"""The pictures of the pages for the README: ``python -m tests.support.screenshots HOME FOLDER``.

HOME has the sample's documents and tickets in it, and answers of some weeks. Every page is taken wide and
narrow, light and dark.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from app.ui.server import serve, wait_until_ready
from tests.support.browser import ARGUMENTS, CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Page

PORT = 8655
WIDTHS = {"wide": (1280, 860), "narrow": (400, 860)}
LONGEST_MS = 120_000
SETTLED_MS = 1500
QUALITY = 60
TICKET = "Retour refusé chez Merova Second"


def _ticket(page: Page) -> None:
    page.locator("[class*=st-key-ticket-open-] button", has_text=TICKET).first.click()
    page.locator(".pd-message").first.wait_for()


def _draft(page: Page) -> None:
    _ticket(page)
    page.get_by_role("button", name="Write a draft").or_(page.get_by_role("button", name="Send")).first.wait_for()
    if page.get_by_role("button", name="Write a draft").is_visible():
        page.get_by_role("button", name="Write a draft").click()
    page.get_by_role("button", name="Send").wait_for()


def _update(page: Page) -> None:
    page.locator("[class*=st-key-look-] button").first.click()
    page.locator(".pd-update-side").first.wait_for()


def _document(page: Page) -> None:
    page.get_by_text("Beside the version before").click()
    page.locator(".pd-differences").wait_for()


def _counted(page: Page) -> None:
    page.locator(".st-key-dashboard-trend svg .mark-rect path").first.wait_for()


def _nothing(_page: Page) -> None:
    pass


# By name: the address, what shows that it is drawn, and what is done on it.
PAGES: dict[str, tuple[str, str, Callable[[Page], None]]] = {
    "chat": ("", ".pd-welcome", _nothing),
    "inbox": ("?tickets=", ".pd-ticket-cells", _nothing),
    "ticket": ("?tickets=", ".pd-ticket-cells", _draft),
    "updates": ("?changes=", ".pd-update-top", _nothing),
    "update": ("?changes=", ".pd-update-top", _update),
    "knowledge": ("?knowledge=", "[class*=st-key-document-]", _nothing),
    "document": ("?knowledge=germany%2Fversandkosten.md", ".pd-document", _document),
    "search": ("?search=Wie+lange+gilt+die+Garantie+in+Japan%3F", ".pd-hit", _nothing),
    "cases": ("?queue=", ".pd-welcome", _nothing),
    "dashboard": ("?dashboard=", ".pd-numbers", _counted),
    "accounts": ("?accounts=", ".pd-welcome", _nothing),
}


def take(home: Path, folder: Path) -> None:
    """Write ``PAGE.webp`` (wide, light) and ``PAGE-narrow-dark.webp`` and so on into ``folder``."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    server = serve({"POLYDESK_HOME": str(home)}, PORT, output=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{PORT}"
    try:
        wait_until_ready(url, server)
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_context(locale="en-GB", reduced_motion="reduce").new_page()
            page.set_default_timeout(LONGEST_MS)
            for name, (address, drawn, act) in PAGES.items():
                page.set_viewport_size({"width": 1280, "height": 860})
                page.goto(f"{url}/{address}")
                page.locator(drawn).first.wait_for()
                act(page)
                for size, (width, height) in WIDTHS.items():
                    for scheme in ("light", "dark"):
                        page.set_viewport_size({"width": width, "height": height})
                        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                        page.wait_for_timeout(SETTLED_MS)
                        suffix = "".join(f"-{each}" for each in (size, scheme) if each not in ("wide", "light"))
                        picture = Image.open(BytesIO(page.screenshot()))
                        picture.save(folder / f"{name}{suffix}.webp", quality=QUALITY, method=6)
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]))
