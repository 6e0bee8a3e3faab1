"""Numbers of orders, customers and contracts that the asker gave: an answer may say them though no document does."""

from __future__ import annotations

import re
import unicodedata

from guardrails.personal.plain import plain as plain_digits

_RUN = re.compile(r"[0-9a-z]+(?:[-./][0-9a-z]+)*")
_LEAST_DIGITS = 4  # of digits alone; fewer may be an amount
_LEAST_DIGITS_WITH_LETTERS = 3


def identifiers(text: str) -> frozenset[str]:
    """What in ``text`` is long enough to be the number of something, in plain digits and small letters."""
    return frozenset(run for run in _RUN.findall(plain(text)) if _is_one(run))


def plain(text: str) -> str:
    """``text`` in small letters, with the digits of every writing as 0 to 9."""
    return plain_digits(unicodedata.normalize("NFKC", text).casefold())


def _is_one(run: str) -> bool:
    digits = sum(char.isdigit() for char in run)
    return digits >= (_LEAST_DIGITS_WITH_LETTERS if any(char.isalpha() for char in run) else _LEAST_DIGITS)
