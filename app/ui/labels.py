"""Text as a label of Streamlit's widgets."""

from __future__ import annotations

import re

# Streamlit reads labels as Markdown with directives of its own; a title is none of that.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!~<>|:$])")


def plain_label(text: str) -> str:
    """``text`` as a label that shows it letter by letter."""
    return _MARKDOWN.sub(r"\\\1", text)
