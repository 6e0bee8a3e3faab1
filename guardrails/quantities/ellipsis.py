"""Durations whose unit stands beside another one: "three weeks, or five from November", "A has 12, B 6 months"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from guardrails.folding import fold
from guardrails.quantities.model import Quantity
from guardrails.tokens import stop_words

_NEAR = 60  # characters between the number and the duration whose unit it shares, at most
_NEXT = re.compile(r"[ \t\u00a0\u202f]*(?:(?P<mark>[^\w\s]|\n|$)|(?P<word>\w[\w\u0900-\u097f]*))")


def elliptic_durations(text: str, quantities: Sequence[Quantity], language: str) -> list[Quantity]:
    """Numbers of ``text`` without a unit, read in that of a duration near them.

    Only those that count nothing else: behind them stands a mark or a word without content ("or five *from* November"),
    not a noun. Not 1, which many languages say with the word for "a".

    :param language: ISO 639-1 code; of one whose words without content are not known, only numbers before a mark.
    """
    spans = [each for each in quantities if each.kind == "duration" and each.unit]
    bare = [each for each in quantities if each.kind == "number" and each.unit is None and each.value != 1]
    return [
        replace(number, kind="duration", unit=span.unit)
        for number in bare
        if spans and _counts_nothing(text, number, language)
        for span in spans
        if max(number.start - span.end, span.start - number.end) <= _NEAR
    ]


def _counts_nothing(text: str, number: Quantity, language: str) -> bool:
    following = _NEXT.match(text, number.end)
    if following is None or following["mark"] is not None:
        return following is not None and not following["mark"].startswith(("%", "€", "$", "£", "¥", "°", "-", "/"))
    return fold(following["word"]) in stop_words(language)
