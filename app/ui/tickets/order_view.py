"""The day of a customer's order, whose rules a draft goes by where the agent wants them."""

from __future__ import annotations

from datetime import date

import streamlit as st

from app.desk.drafts.order_day import OrderDay, order_day
from app.desk.drafts.order_rules import rules_day
from app.desk.knowledge.library import Library
from app.ui import markup
from app.ui.labels import plain_label
from app.ui.times import shown_date
from app.ui.wording import Words
from ingest.sources.tickets import Ticket

_ORDERED = "draft-ordered-day"


def chosen_rules(library: Library, conversation_id: str, ticket: Ticket, words: Words, audience: str) -> date | None:
    """The day that the customer names for their order, where its rules are wanted; they are, unless there were none.

    Today's, None, where no such day is named, or where the rules changed in the time that the customer's words leave
    open.
    """
    found = _ordered(ticket)
    if found is None:
        return None
    day = rules_day(found, library, audience)
    if day is None:
        first, last = (shown_date(each, words.language) for each in (found.time.first, found.time.last))
        told, said = (
            words("drafts.ordered.unclear", first=first, last=last),
            words("drafts.ordered.help", said=found.said),
        )
        st.html(markup.callout_html("note", told, said))
        return None
    chosen = st.toggle(
        words("drafts.ordered", day=shown_date(day, words.language)),
        value=bool(library.in_force(audience, day)),
        key=f"draft-ordered-{conversation_id}-{day}",
        help=plain_label(words("drafts.ordered.help", said=found.said)),
    )
    return day if chosen else None


def _ordered(ticket: Ticket) -> OrderDay | None:
    """When the customer ordered; what a page has read of its ticket is not read again each time it is drawn."""
    asked = (ticket, date.today())
    known = st.session_state.get(_ORDERED)
    if known is None or known[0] != asked:
        known = st.session_state[_ORDERED] = (asked, order_day(*asked))
    found: OrderDay | None = known[1]
    return found
