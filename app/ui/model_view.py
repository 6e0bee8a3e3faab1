"""The choice of the model that answers in one conversation; it lasts while the tab is open."""

from __future__ import annotations

import streamlit as st

from app.models.routing.naming import is_route, parts_of
from app.ui.resources import Desk, model_name, offered_models
from app.ui.session import selected_conversation
from app.ui.wording import Words

_CHOSEN = "models"  # by conversation; that of the empty page is the next one's
_WIDGET = "model-choice"


def show_model_choice(desk: Desk, words: Words) -> None:
    """Draw the models that could answer; nothing where there is no choice."""
    offered = offered_models(desk.models)
    if len(offered) < 2:
        return
    default = _short(model_name(desk.assistant) or words("model.quoting"))
    chosen = model_of(selected_conversation())
    # Set before each drawing, since another conversation may be open by now.
    st.session_state[_WIDGET] = chosen if chosen in offered else ""
    st.selectbox(
        words("model.label"),
        ("", *offered),
        key=_WIDGET,
        format_func=lambda name: _short(name) or words("model.default", model=default),
        on_change=_choose,
    )


def model_of(conversation_id: str | None) -> str | None:
    """The model that was chosen for a conversation; None for the default of all."""
    return _chosen().get(conversation_id)


def carry_over(conversation_id: str) -> None:
    """What was chosen on the empty page counts for the conversation that began there."""
    chosen = _chosen()
    if name := chosen.pop(None, None):
        chosen[conversation_id] = name


def _short(name: str) -> str:
    """What tells it from the others in a narrow column."""
    if is_route(name):
        small, large = (part.removeprefix("ollama:") for part in parts_of(name))
        return f"{small} + {large}"
    return name.removeprefix("ollama:")


def _chosen() -> dict[str | None, str | None]:
    chosen: dict[str | None, str | None] = st.session_state.setdefault(_CHOSEN, {})
    return chosen


def _choose() -> None:
    _chosen()[selected_conversation()] = st.session_state[_WIDGET] or None
