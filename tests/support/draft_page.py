"""A page with the draft of one ticket, for tests in a browser; ``?t=`` names one of :data:`TICKETS`."""

from __future__ import annotations

import streamlit as st

from app.ui.resources import desk
from app.ui.style import style_html
from app.ui.tickets.draft_view import show_draft
from app.ui.wording import words_for
from ingest.sources.tickets import Message, Ticket

TICKETS = {
    "de": Ticket(
        id="T-1",
        customer_id="C-1",
        language="de",
        subject="Jacke passt nicht",
        messages=(
            Message(
                name="Katrin Oberländer",
                text="Hallo, die Jacke ist zu klein. Kann ich sie noch zurückgeben? Wie wird das Wetter?",
            ),
        ),
    ),
    "ar": Ticket(
        id="T-2",
        customer_id="C-2",
        language="ar",
        subject="",
        messages=(Message(name="منى خليفة", text="كم مدة الضمان؟"),),
    ),
    "fr": Ticket(
        id="T-3",
        customer_id="C-3",
        language="fr",
        subject="Retour",
        messages=(Message(text="Wann bekomme ich meine Rückgabe / mon remboursement ?"),),
    ),
    "done": Ticket(
        id="T-4",
        customer_id="C-4",
        language="en",
        messages=(Message(text="Where is it?"), Message(author="agent", text="On its way.")),
    ),
}


def main() -> None:
    st.set_page_config(page_title="Draft", layout="centered")
    st.html(style_html())
    parts = desk()
    name = st.query_params.get("t", "de")
    known = next((each.id for each in parts.conversations.list() if each.title == name), None)
    show_draft(parts, known or parts.conversations.create(name).id, TICKETS[name], words_for(st.context.locale))


main()
