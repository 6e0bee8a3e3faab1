"""Who did something, in their own words."""

from __future__ import annotations

from app.conversations.errors import ConversationUserError

NAME_CHARACTERS = 200


def signature(by: str) -> str:
    """``by`` on one line and no longer than the tables take.

    :raises ConversationUserError: there is no letter in it.
    """
    name = " ".join(by.split())[:NAME_CHARACTERS]
    if not name:
        raise ConversationUserError("say who you are: type at least one letter")
    return name
