"""One account: who somebody is, what they may do, and what they may read."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.accounts.roles import Permission, Role, allows
from ingest.sources.access import AudienceError, audience_named

NAME_CHARACTERS = 64
DISPLAY_CHARACTERS = 200
OIDC_PREFIX = "oidc:"  # of the names of those whom an identity provider vouches for
# No control characters, which could fake a line of a log, and nothing that looks alike in another case.
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._@+-]*[a-z0-9])?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def account_name(text: str) -> str:
    """The name as it is kept: in lower case, without spaces around it.

    :raises ValueError: it cannot be a name.
    """
    name = text.strip().lower()
    if name.startswith(OIDC_PREFIX):
        if len(name) > NAME_CHARACTERS + len(OIDC_PREFIX) or not name.isprintable() or " " in name:
            raise ValueError(f"{name[:80]!r} cannot name an account of the identity provider")
        return name
    if len(name) > NAME_CHARACTERS or not _NAME.fullmatch(name):
        raise ValueError(
            f"{name[:80]!r} cannot be a name: use up to {NAME_CHARACTERS} of a-z, 0-9 and . _ @ + -, "
            "a letter or digit first and last"
        )
    return name


def _audience(text: str) -> str:
    try:
        return audience_named(text)
    except AudienceError as error:
        raise ValueError(str(error)) from None


def _language(text: str | None) -> str | None:
    if text is not None and not _LANGUAGE.fullmatch(text):
        raise ValueError(f"{text[:20]!r} is no language: use a code such as de or pt-BR")
    return text


def _display(text: str) -> str:
    line = " ".join(text.split())
    if not line or not line.isprintable():
        raise ValueError("the name to show is empty: type at least one letter")
    return line


class Account(BaseModel):
    """Somebody who can sign in.

    :param audience: the widest documents they read: all, agent, manager or the company's own word.
    :param language: of the page; the browser's when None.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, AfterValidator(account_name)]
    display_name: Annotated[str, Field(max_length=DISPLAY_CHARACTERS), AfterValidator(_display)]
    role: Role
    audience: Annotated[str, AfterValidator(_audience)] = "agent"
    language: Annotated[str | None, AfterValidator(_language)] = None
    locked: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether the account's role allows it; a locked account may do nothing."""
        return not self.locked and allows(self.role, permission)
