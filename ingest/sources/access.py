"""Who may read a document, where the place it lies in and the document itself both say something.

The rule: a document may narrow what its place allows, and never widen it. Where the two cannot
be compared, nobody is guessed into the knowledge base: the document is refused by name.
"""

from __future__ import annotations

import re

_ORDER = ("all", "agent", "manager")  # each is read by those after it too
_IDENTIFIER = re.compile(r"\w(?:[\w.-]{0,62}\w)?")
_WORDS = {
    **dict.fromkeys(("all", "everyone", "everybody", "public", "general"), "all"),
    **dict.fromkeys(("agent", "agents"), "agent"),
    **dict.fromkeys(("manager", "managers"), "manager"),
}
HOW_TO = "use all, agent, manager, or one word of your own such as sales"


class AudienceError(ValueError):
    """The audience cannot be used; the text says why and what to do."""


def audience_named(text: str) -> str:
    """The audience that somebody wrote, in lower case: a known one, or one of the company's own.

    :raises AudienceError: it is empty or no single word.
    """
    word = text.strip().lower()
    if not _IDENTIFIER.fullmatch(word):
        raise AudienceError(f"audience is {text.strip()[:60]!r}; {HOW_TO}")
    return _WORDS.get(word, word)


def narrower(place: str, own: str) -> str:
    """The narrower of what a document's place and the document itself say.

    :raises AudienceError: neither is within the other.
    """
    if place == own or own == "all":
        return place
    if place == "all":
        return own
    if place in _ORDER and own in _ORDER:
        return max(place, own, key=_ORDER.index)
    raise AudienceError(
        f"audience is {own!r} here and {place!r} in the rules of its folder; make them one, or enforce the rule"
    )
