"""The page, served for a measurement, and the addresses of what can be opened on it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from urllib.parse import quote

import psutil

from app.conversations.sessions import open_sessions
from app.desk.inbox.store import TicketStore
from app.desk.knowledge.library import open_library
from app.settings import Settings
from app.ui.server import serve, wait_until_ready
from eval.ports import free_port

_ITEMS = 20  # tickets and documents that are opened


@contextmanager
def served_page(environment: Mapping[str, str]) -> Iterator[tuple[int, psutil.Process]]:
    """Serve the page with these settings until the block ends; its port, and its process."""
    port = free_port()
    page = serve(environment, port, output=subprocess.DEVNULL)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", page)
        yield port, psutil.Process(page.pid)
    finally:
        page.terminate()
        page.wait()


def page_addresses(settings: Settings) -> dict[str, Sequence[str]]:
    """By kind of page the addresses that are opened, without their question mark."""
    with open_sessions(settings) as sessions:
        tickets = [each.conversation_id for each in TicketStore(sessions).list(limit=_ITEMS).tickets]
    with open_library(settings) as library:
        documents = [line.document_id for line in library.documents("agent", date.today())[:_ITEMS]]
    found: dict[str, Sequence[str]] = {"chat": [""], "cases": ["queue="], "inbox": ["tickets="]}
    found |= {"ticket": [f"tickets={quote(each)}" for each in tickets]} if tickets else {}
    found |= {"knowledge": ["knowledge="], "updates": ["changes="]}
    found |= {"document": [f"knowledge={quote(each, safe='')}" for each in documents]} if documents else {}
    return found
