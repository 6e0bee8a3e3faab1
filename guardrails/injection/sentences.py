"""Sentences of a question, in any writing."""

from __future__ import annotations

import regex

# After an end mark, at a line break, and in Thai, which has no end marks, at a wider gap.
_BORDER = regex.compile(
    r"(?<=[!?。！？؟।…][\"'”’»)\]]*)\s*(?=\S)|(?<=\p{L}{3}\.[\"'”’»)]*)\s+(?=[\p{Lu}\p{Lo}\d\"„«¿¡(])|\s*\n\s*"
)


def split_sentences(text: str) -> list[str]:
    """The sentences of ``text`` without the space around them."""
    return [piece for piece in (part.strip() for part in _BORDER.split(text)) if piece]
