"""The pages beside the chat: where they are in the sidebar, and what draws them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from app.accounts.roles import Permission
from app.accounts.visitor import RefusedError, Visitor
from app.ui import markup
from app.ui.accounts.accounts_view import show_accounts
from app.ui.changes.list_view import show_changes, unread_by_me
from app.ui.dashboard.page import show_dashboard
from app.ui.knowledge.page import show_knowledge, waiting
from app.ui.quality.page import show_quality
from app.ui.queue_view import show_queue
from app.ui.resources import Desk
from app.ui.search_view import show_search
from app.ui.session import Place
from app.ui.tickets.page import open_tickets, show_tickets
from app.ui.wording import Words


@dataclass(frozen=True, slots=True)
class PlacePage:
    """One page.

    :param permission: what a visitor needs to see it at all.
    :param count: how many things wait there; the sidebar shows it unless it is 0.
    """

    place: Place
    icon: str
    permission: Permission
    show: Callable[[Desk, Words], None]
    count: Callable[[Desk], int] = lambda _desk: 0

    def label(self, desk: Desk, words: Words) -> str:
        """What the sidebar calls it, ``sidebar.PLACE``, with ``sidebar.PLACE.open`` where things wait."""
        waiting = self.count(desk)
        return words(f"sidebar.{self.place}.open", count=waiting) if waiting else words(f"sidebar.{self.place}")


# In the order of the sidebar.
PAGES = (
    PlacePage("tickets", ":material/inbox:", "tickets.read", show_tickets, open_tickets),
    PlacePage("search", ":material/search:", "search.use", show_search),
    PlacePage(
        "queue", ":material/support_agent:", "cases.read", show_queue, lambda desk: desk.escalations.open_count()
    ),
    PlacePage("changes", ":material/difference:", "changes.read", show_changes, unread_by_me),
    PlacePage("knowledge", ":material/menu_book:", "knowledge.read", show_knowledge, waiting),
    PlacePage("dashboard", ":material/dashboard:", "dashboard.read", show_dashboard),
    PlacePage("quality", ":material/monitoring:", "quality.read", show_quality),
    PlacePage("accounts", ":material/manage_accounts:", "accounts.manage", show_accounts),
)


def page_of(place: Place) -> PlacePage:
    """The page in the address; the first one where the place has none."""
    return next((page for page in PAGES if page.place == place), PAGES[0])


def pages_for(visitor: Visitor) -> list[PlacePage]:
    """The pages that a visitor may see, in the order of the sidebar."""
    return [page for page in PAGES if visitor.may(page.permission)]


def show_place(page: PlacePage, desk: Desk, visitor: Visitor, words: Words) -> None:
    """Draw a page; whoever may not see it, whatever led there, gets a line that says so."""
    try:
        visitor.require(page.permission)
        page.show(desk, words)
    except RefusedError:
        st.html(markup.callout_html("error", words("refused"), words("refused.heading")))
