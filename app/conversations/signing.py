"""Who did something, in their own words."""

from __future__ import annotations

from app.conversations.errors import ConversationUserError

NAME_CHARACTERS = 200


def plain_name(by: str) -> str:
    """``by`` on one line and no longer than the tables take; empty where nobody is named."""
    return " ".join(by.split())[:NAME_CHARACTERS]


def signature(by: str) -> str:
    """The name of somebody who has to say who they are.

    :raises ConversationUserError: there is no letter in it.
    """
    name = plain_name(by)
    if not name:
        raise ConversationUserError("say who you are: type at least one letter")
    return name
