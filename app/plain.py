"""The words of a sentence without the marks of lists, headings and emphasis that models add unasked."""

from __future__ import annotations

import re

from guardrails.quantities import find_quantities

_HEADING = re.compile(r"^\s{0,3}#{1,6}\s.*(?:\n+|$)")
_BULLET = re.compile(r"^\s*(?:[-*+•▪◦·>]\s+)+")
_NUMBERING = re.compile(r"^\s*\(?\d{1,2}[.)]\s+")
_EMPHASIS = (
    re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL),
    re.compile(r"(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)", re.DOTALL),
    re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![\w*])"),
    re.compile(r"(?<!\w)_(?=[^\s_])([^_]+?)(?<=\S)_(?!\w)"),
    re.compile(r"`([^`]+)`"),
)
_HALF_A_PAIR = re.compile(r"^\*\*|\*\*$")  # its other half stands in another sentence


def plain_sentence(sentence: str, language: str) -> str:
    """``sentence`` on one line, as it would be read aloud; citation markers stay.

    :param language: ISO 639-1 code; "1. Oktober" is a date there and not the first item of a list.
    """
    text = _BULLET.sub("", _HEADING.sub("", sentence) or sentence.lstrip("# "))
    numbering = _NUMBERING.match(text)
    if numbering and not _is_quantity(text, numbering.end(), language):
        text = text[numbering.end() :]
    for mark in _EMPHASIS:
        text = mark.sub(r"\1", text)
    return " ".join(_HALF_A_PAIR.sub("", text.strip()).split())


def _is_quantity(text: str, length: int, language: str) -> bool:
    return any(quantity.start < length < quantity.end for quantity in find_quantities(text, language))
