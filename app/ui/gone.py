"""What the page shows while something it needs is gone; it comes back by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from app.errors import AppError
from app.failures import BENEATH, failure
from app.ui import markup
from app.ui.wording import Words
from ingest.errors import IngestError

PROBLEMS = (AppError, IngestError, *BENEATH)
_AGAIN_SECONDS = 3.0
_log = logging.getLogger(__name__)
Parameters = ParamSpec("Parameters")


def show_gone(error: Exception, words: Words, heading: str = "gone.heading") -> None:
    """Say what is wrong, and draw the page anew every few seconds until it is not."""
    line = " ".join(str(failure(error) or error).split())
    _log.error("the page cannot be drawn: %s", line)
    st.html(markup.callout_html("error", f"{line}\n{words('gone.again')}", words(heading)))
    drawn = 0

    def again() -> None:
        nonlocal drawn
        drawn += 1
        if drawn > 1:  # the first time belongs to this drawing of the page
            st.rerun()

    st.fragment(again, run_every=_AGAIN_SECONDS)()


def redrawn(draw: Callable[Parameters, None], every: float | None) -> Callable[Parameters, None]:
    """A part of the page that draws itself anew every so many seconds, or when something in it is clicked.

    What goes wrong then is for the whole page to say, as it is where it goes wrong while the page is drawn: Streamlit
    by itself would show it in the place of the part.
    """

    @wraps(draw)
    def drawing(*args: Parameters.args, **values: Parameters.kwargs) -> None:
        has_drawn = False
        problem: Exception | None = None

        def part() -> None:
            nonlocal has_drawn, problem
            is_first, has_drawn = not has_drawn, True
            try:
                draw(*args, **values)
            except PROBLEMS as error:
                if not is_first:
                    st.rerun()
                problem = error

        # A fragment is known by its function's name and place on the page.
        st.fragment(wraps(draw)(part), run_every=every)()
        if problem is not None:
            raise problem

    return drawing
