"""Who is in front of the page, and what they may do there."""

from __future__ import annotations

from dataclasses import dataclass

from app.accounts.account import Account
from app.accounts.audiences import covers
from app.accounts.roles import Permission
from app.errors import AppUserError


class RefusedError(AppUserError):
    """Somebody asked for what their role does not allow; nothing was done or shown."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(f"your role does not allow this ({permission}): ask an administrator")
        self.permission = permission


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody in front of the page.

    :param signed_in: False for whoever uses this machine, where signing in is off.
    """

    account: Account
    signed_in: bool = True

    @property
    def name(self) -> str:
        """What stands in records of what they did; empty where nobody signed in."""
        return self.account.display_name if self.signed_in else ""

    @property
    def owner(self) -> str | None:
        """Whose their conversations are; nobody's where nobody signed in."""
        return self.account.name if self.signed_in else None

    @property
    def audience(self) -> str:
        """What goes into every question and search of theirs."""
        return self.account.audience

    def may(self, permission: Permission) -> bool:
        return self.account.may(permission)

    def require(self, permission: Permission) -> None:
        """:raises RefusedError: their role does not allow it."""
        if not self.may(permission):
            raise RefusedError(permission)

    def may_read_conversation(self, owner: str | None) -> bool:
        """Their own, and everybody's where their role says so."""
        return self.may_change_conversation(owner) or self.may("chat.read_all")

    def may_change_conversation(self, owner: str | None) -> bool:
        """Their own; where nobody signed in, all."""
        return self.may("chat.ask") and (not self.signed_in or owner == self.owner)

    def may_read_case(self, audience: str) -> bool:
        """Whether they may see what was found for a question of this audience."""
        return self.may("cases.read") and (not self.signed_in or covers(self.audience, audience))


# Whoever can use this machine, where signing in is off; the files of the home are theirs anyway.
LOCAL = Visitor(Account(name="local", display_name="local", role="administrator"), signed_in=False)
