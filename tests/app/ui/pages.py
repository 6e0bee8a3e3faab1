"""The chat page served with the scripted assistant behind it, and what one does on it."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.ui.server import PAGE, serve, wait_until_ready
from tests.support.browser import CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Page

SECONDS = 1000
OpenPage = Callable[..., "Page"]
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(home: Path, page: Path = PAGE, /, port: int = 0, **environment: str) -> Iterator[str]:
    port = port or free_port()
    settings = {
        "POLYDESK_HOME": str(home),
        "POLYDESK_ASSISTANT": "tests.support.fake_assistant:create",
        "POLYDESK_FAKE_DELAY": "0.1",
    }
    process = serve(settings | environment, port, output=subprocess.DEVNULL, page=page)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ask(page: Page, question: str) -> None:
    box = page.locator("[data-testid=stChatInput] textarea:enabled")
    box.fill(question)
    box.press("Enter")
    page.locator(".pd-question", has_text=question).last.wait_for()


def answered(page: Page, confidence: int) -> None:
    page.get_by_text(f"Confidence {confidence} %").last.wait_for()
