"""Drawing what may be nothing."""

from __future__ import annotations

import streamlit as st


def show_html(html: str) -> None:
    """Draw ``html``; nothing where it is empty, which Streamlit refuses."""
    if html:
        st.html(html)
