"""Labels that are shown letter by letter."""

from __future__ import annotations

import re

# Streamlit reads labels as Markdown with directives of its own; a title is none of that.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!~<>|:$])")


def plain_label(text: str) -> str:
    """``text`` as a Streamlit label that shows it letter by letter."""
    return _MARKDOWN.sub(r"\\\1", text)
