"""Questions without anything that tells who asked: for vectors, and for words that are shown or written to a file."""

from __future__ import annotations

from guardrails.personal.find import find_personal
from guardrails.personal.placeholders import lookalikes


def without_values(text: str, language: str) -> str:
    """``text`` on one line without personal data and without placeholders: what is asked, whoever asks."""
    return _replaced(text, language, "", keep_placeholders=False)


def masked(text: str, language: str) -> str:
    """``text`` on one line with its placeholders, and with ``<TYPE>`` for what was not sealed when it was stored."""
    return _replaced(text, language, "<{}>", keep_placeholders=True)


def _replaced(text: str, language: str, by: str, *, keep_placeholders: bool) -> str:
    placed = list(lookalikes(text))
    spans = [
        (each.start, each.end, by.format(each.type))
        for each in find_personal(text, language)
        if all(each.end <= start or end <= each.start for start, end in placed)
    ]
    if not keep_placeholders:
        spans += [(start, end, "") for start, end in placed]
    for start, end, instead in sorted(spans, reverse=True):
        text = f"{text[:start]}{instead}{text[end:]}"
    return " ".join(text.split())
