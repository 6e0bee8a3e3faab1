"""The pages beside the chat: where they are in the sidebar, and what draws them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.ui.changes.list_view import show_changes, unread_by_me
from app.ui.knowledge.page import show_knowledge, waiting
from app.ui.queue_view import show_queue
from app.ui.resources import Desk
from app.ui.search_view import show_search
from app.ui.session import Place
from app.ui.tickets.page import show_tickets
from app.ui.wording import Words


@dataclass(frozen=True, slots=True)
class PlacePage:
    """One page.

    :param count: how many things wait there; the sidebar shows it unless it is 0.
    """

    place: Place
    icon: str
    show: Callable[[Desk, Words], None]
    count: Callable[[Desk], int] = lambda _desk: 0

    def label(self, desk: Desk, words: Words) -> str:
        """What the sidebar calls it, ``sidebar.PLACE``, with ``sidebar.PLACE.open`` where things wait."""
        waiting = self.count(desk)
        return words(f"sidebar.{self.place}.open", count=waiting) if waiting else words(f"sidebar.{self.place}")


# In the order of the sidebar.
PAGES = (
    PlacePage("tickets", ":material/inbox:", show_tickets, lambda desk: desk.inbox.tickets.open_count()),
    PlacePage("search", ":material/search:", show_search),
    PlacePage("queue", ":material/support_agent:", show_queue, lambda desk: desk.escalations.open_count()),
    PlacePage("changes", ":material/difference:", show_changes, unread_by_me),
    PlacePage("knowledge", ":material/menu_book:", show_knowledge, waiting),
)


def page_of(place: Place) -> PlacePage:
    """The page in the address; the first one where the place has none."""
    return next((page for page in PAGES if page.place == place), PAGES[0])
