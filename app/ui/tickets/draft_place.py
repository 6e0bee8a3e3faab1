"""Where the draft of a reply has its place on the page of a ticket."""

from __future__ import annotations

from app.desk.inbox.records import InboxTicket
from app.ui.resources import Desk
from app.ui.wording import Words


def show_draft(desk: Desk, ticket_view: InboxTicket, words: Words) -> None:
    """Draw the draft of a reply to a ticket; there is none yet."""
