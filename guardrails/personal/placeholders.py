"""What stands in place of personal data: ``<PERSON_1>``, and what small models make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import regex

from guardrails.personal.spans import TYPES

OPENING = "<"  # what every placeholder begins with, as we write them
LITERAL = "TEXT"  # stands for words of the text itself that look like a placeholder
_NAMES = "|".join((*TYPES, LITERAL)).replace("_", r"[ \-]?\\?_?[ \-]?")
_OPEN = r"(?:&lt;|\\?[<＜〈《⟨«‹\[{(「『【])"
_CLOSE = r"(?:&gt;|\\?[>＞〉》⟩»›\]})」』】])"
_EXACT = regex.compile(rf"<(?P<type>{'|'.join((*TYPES, LITERAL))})_(?P<number>\d+)(?:\.(?P<form>\d+))?>")
# In brackets of any kind with anything between word and number, or bare with the underscore.
_LOOSE = regex.compile(
    rf"{_OPEN}+ ?(?P<type>{_NAMES})[ \-]?\\?[_＿]?[ \-]?(?P<number>\d{{1,4}})(?:\.(?P<form>\d{{1,4}}))? ?{_CLOSE}+"
    rf"|(?<!\w)(?P<type>{_NAMES})\\?[_＿](?P<number>\d{{1,4}})(?:\.(?P<form>\d{{1,4}}))?(?!\w)",
    regex.IGNORECASE,
)
_LONGEST = 40  # characters

Lookup = Callable[[str, int, int], str | None]  # of type, number and form to what stood there


def placeholder(kind: str, number: int, form: int = 1) -> str:
    """``<PERSON_1>``; another form of the same, such as other spacing, is ``<PERSON_1.2>``."""
    return f"{OPENING}{kind}_{number}>" if form == 1 else f"{OPENING}{kind}_{number}.{form}>"


def lookalikes(text: str) -> Iterator[tuple[int, int]]:
    """Where ``text`` has something that would be taken for a placeholder."""
    return (match.span() for match in _LOOSE.finditer(text))


def replaced(text: str, lookup: Lookup, exactly: bool) -> str:
    """``text`` with what the placeholders stand for; those that ``lookup`` does not know are left.

    :param exactly: only as :func:`placeholder` writes them.
    """

    def value(match: regex.Match[str]) -> str:
        kind = regex.sub(r"[ \-\\_]+", "_", match["type"].upper())
        kind = next((name for name in (*TYPES, LITERAL) if name.replace("_", "") == kind.replace("_", "")), kind)
        return lookup(kind, int(match["number"]), int(match["form"] or 1)) or match[0]

    return str((_EXACT if exactly else _LOOSE).sub(value, text))


def replaced_in_stream(parts: Iterable[str], restore: Callable[[str], str]) -> Iterator[str]:
    """``parts`` with ``restore`` done to all of them; what may become a placeholder waits for what follows."""
    held = ""
    for part in parts:
        held += part
        ready = _begins_at(held)
        if ready:
            yield restore(held[:ready])
            held = held[ready:]
    if held:
        yield restore(held)


def _begins_at(text: str) -> int:
    """Where a placeholder begins that may not be whole; the length of ``text`` where none does."""
    for start in range(max(0, len(text) - _LONGEST), len(text)):
        if _LOOSE.fullmatch(text, start, partial=True):
            return start
    return len(text)
