"""The last comparison of models."""

from __future__ import annotations

import streamlit as st

from app.ui.quality import models_markup
from app.ui.quality.showing import show_html
from app.ui.resources import Desk
from app.ui.times import shown_at
from app.ui.wording import Words


def show_models(desk: Desk, words: Words) -> None:
    """Draw the models side by side, and offer the whole comparison as a page."""
    kept = desk.quality.latest()
    if kept is None:
        st.html(f'<p class="pd-lead" role="status">{words("quality.models.none")}</p>')
        st.code("polydesk models compare mistral-small llama3.3", language=None)
        return
    when = shown_at(kept.at, words.language, st.context.timezone)
    st.html(f'<p class="pd-quiet">{words("quality.models.when", when=when)}</p>')
    show_html(models_markup.advice_html(kept.content, words))
    show_html(models_markup.compared_html(kept.content, words))
    show_html(models_markup.flaws_html(kept.content, words))
    if kept.page:
        st.download_button(
            words("quality.models.page"),
            kept.page.read_bytes(),
            file_name=f"comparison-{kept.page.name}",
            mime="text/html",
            key="quality-comparison",
            icon=":material/download:",
        )
