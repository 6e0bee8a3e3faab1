"""A hit of the search page as HTML."""

from __future__ import annotations

from app.answers import Citation
from app.ui.explanation_markup import explanation_html
from app.ui.source_markup import chip_html, quoted_html
from app.ui.wording import Words


def hit_html(hit: Citation, message_id: int, words: Words) -> str:
    """The best words of a hit, with the number that opens its passage and why it was found."""
    quoted = quoted_html(hit, chip_html(hit, message_id, words), words)
    return f'<article class="pd-hit">{quoted}{explanation_html(hit.parts, words)}</article>'
