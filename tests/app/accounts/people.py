"""What the tests of accounts share."""

from __future__ import annotations

from app.accounts.account import Account
from app.accounts.roles import Role
from app.accounts.visitor import Visitor

PASSWORD = "correct horse battery"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def visitor_of(role: Role, name: str = "", audience: str = "agent") -> Visitor:
    """Somebody with this role who signed in."""
    return Visitor(Account(name=name or role, display_name=(name or role).title(), role=role, audience=audience))
