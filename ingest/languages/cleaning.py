"""What is no language is taken out of a text before its language is looked for."""

from __future__ import annotations

import re

_URL = re.compile(
    r"(?:[Hh][Tt][Tt][Pp][Ss]?://|www\.)\S+"
    # Only small letters, or a sentence that lacks the space after its full stop would be an address.
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|de|fr|es|it|pl|nl|jp|cn|th|tr|br|io|eu)\b\S*"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# A code has a digit in it: an order number, a SKU, an error code, a model number (MV-DE-20481937, E-17, R2).
_CODE = re.compile(r"(?<![^\W\d_])(?=[A-Za-z0-9_/#.-]*\d)[A-Za-z0-9][A-Za-z0-9_/#-]*(?:\.[0-9]+)*", re.ASCII)
# "Lumo R2", "Bruna B1": the capitalised word in front of a model number is a name.
_NAMED_MODEL = re.compile(r"\b[A-Z][a-z]+\s+(?=[A-Z]{1,3}-?\d)")
_MARKUP = re.compile(r"<[^<>]{1,200}>|&[a-z]{2,8};|`[^`]*`|\{\{?[^{}]{0,80}\}\}?")
_SPACE = re.compile(r"\s+")


def without_names_and_codes(text: str) -> str:
    """``text`` without addresses, order numbers, product codes, model names, mark-up and digits; may be empty."""
    for pattern in (_EMAIL, _URL, _MARKUP, _NAMED_MODEL, _CODE):
        text = pattern.sub(" ", text)
    return _SPACE.sub(" ", text).strip()
