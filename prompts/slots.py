"""Named slots in texts that people write, filled literally."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SLOT = re.compile(r"\{([a-z_]+)\}")


def slots(text: str) -> frozenset[str]:
    """The names of the slots in ``text``: ``{question}`` gives ``question``.

    :raises ValueError: a brace belongs to no slot.
    """
    if "{" in (rest := _SLOT.sub("", text)) or "}" in rest:
        raise ValueError(f"a slot is a name of small letters in braces, which this has not: {text.strip()[:60]}")
    return frozenset(_SLOT.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with every slot replaced once by its value as it stands.

    Not :meth:`str.format`: a value that looks like a slot (``{0.__class__}``) stays what it is.

    :raises KeyError: a slot has no value.
    """
    return _SLOT.sub(lambda slot: values[slot[1]], text)
