"""How a language is written and called on the page."""

from __future__ import annotations

from functools import cache
from typing import Literal

import prompts.library


@cache
def direction(code: str) -> Literal["ltr", "rtl"]:
    """The direction ``code`` is written in, also for languages that have no phrases here, as cited documents may."""
    from babel import Locale, UnknownLocaleError

    if prompts.library.direction(code) == "rtl":
        return "rtl"
    try:
        return "rtl" if Locale.parse(code.replace("-", "_")).text_direction == "rtl" else "ltr"
    except (UnknownLocaleError, ValueError):
        return "ltr"


@cache
def language_name(code: str, in_language: str = "en") -> str:
    """The name of a language, ``German`` for ``de``; the code itself when nobody knows a name."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(code.replace("-", "_")).get_display_name(in_language)
    except (UnknownLocaleError, ValueError):
        return code
    return name or code
