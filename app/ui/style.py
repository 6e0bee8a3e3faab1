"""The look of the page: Streamlit's own theme options, and the style sheets for the rest."""

from __future__ import annotations

import base64
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

_HERE = Path(__file__).parent


@cache
def style_html(direction: Literal["ltr", "rtl"] = "ltr") -> str:
    """The style sheets as an element; they are ours alone and hold nothing from outside.

    :param direction: of the page; the sheets of the folder named so come on top.
    """
    folders = (_HERE / "styles", _HERE / "styles" / direction)
    sheets = (path.read_text(encoding="utf-8") for folder in folders for path in sorted(folder.glob("*.css")))
    return f"<style>{''.join(sheets)}</style>"


def document_html(language: str, direction: Literal["ltr", "rtl"]) -> str:
    """Tells the document its language and direction, which screen readers go by; Streamlit says it is in English."""
    if not language.isalpha() or not language.isascii():
        raise ValueError(f"{language!r} is no language of the page")
    return (
        f"<script>document.documentElement.lang = '{language}'; document.documentElement.dir = '{direction}';</script>"
    )


@cache
def mark_uri() -> str:
    """The name mark as a data URI."""
    return "data:image/svg+xml;base64," + base64.b64encode((_HERE / "mark.svg").read_bytes()).decode("ascii")


def brand_html(name: str, tagline: str = "") -> str:
    """The name mark with the name beside it."""
    below = f'<span class="pd-tagline">{tagline}</span>' if tagline else ""
    return (
        f'<div class="pd-brand"><img src="{mark_uri()}" alt="" width="30" height="30">'
        f'<span class="pd-name">{name}</span>{below}</div>'
    )


def theme_flags() -> list[str]:
    """``theme.toml`` as command-line flags, so that it holds in any working directory."""
    theme = tomllib.loads((_HERE / "theme.toml").read_text(encoding="utf-8"))
    return [f"--theme.{name}={_flag(value)}" for name, value in _flattened(theme)]


def _flag(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _flattened(table: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            pairs += _flattened(value, f"{prefix}{name}.")
        else:
            pairs.append((f"{prefix}{name}", value))
    return pairs
