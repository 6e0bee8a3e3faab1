"""The dashboard, or the record of the answer in the address."""

from __future__ import annotations

import streamlit as st

from app.errors import AppError
from app.ui import markup
from app.ui.dashboard.overview import show_overview
from app.ui.dashboard.record_view import show_record
from app.ui.resources import Desk
from app.ui.session import selected_number
from app.ui.visiting import present, saw
from app.ui.wording import Words


def show_dashboard(desk: Desk, words: Words) -> None:
    """Draw it as wide as the window lets it be."""
    with st.container(key="dashboard"):
        message_id = selected_number("dashboard")
        if message_id is None:
            show_overview(desk, words)
            return
        try:
            record = desk.dashboard.record(present(), message_id)
            if record.has_words:
                saw(desk, "conversation.opened", f"conversation:{record.conversation_id}")
        except AppError:
            st.html(markup.callout_html("error", words("record.missing")))
            show_overview(desk, words)
        else:
            show_record(desk, record, words)
