"""The quality page with its three sections."""

from __future__ import annotations

import streamlit as st

from app.errors import AppError
from app.ui import markup
from app.ui.quality.drift_view import show_drift
from app.ui.quality.models_view import show_models
from app.ui.quality.runs_view import show_evaluations
from app.ui.resources import Desk
from app.ui.wording import Words

_SECTIONS = {"runs": show_evaluations, "models": show_models, "asked": show_drift}


def show_quality(desk: Desk, words: Words) -> None:
    """Draw the section that was chosen."""
    st.html(f'<h1 class="pd-welcome">{words("quality.heading")}</h1><p class="pd-lead">{words("quality.text")}</p>')
    chosen = st.segmented_control(
        words("quality.section"),
        list(_SECTIONS),
        default="runs",
        required=True,
        format_func=lambda section: words(f"quality.section.{section}"),
        key="quality-section",
        label_visibility="collapsed",
    )
    try:
        _SECTIONS[chosen or "runs"](desk, words)
    except AppError as error:
        st.html(markup.callout_html("error", str(error)))
