"""Who is doing what is being done in this thread: the account on the page, or the user of this machine."""

from __future__ import annotations

import getpass
from contextvars import ContextVar

_acting: ContextVar[str] = ContextVar("acting", default="")


def act_as(account: str | None) -> None:
    """From here on this thread works for an account; for the user of this machine when None."""
    _acting.set(f"account:{account}" if account else "")


def actor() -> str:
    """Who it is, as records name them: ``account:NAME``, or ``machine:NAME`` for a user of the operating system."""
    return _acting.get() or f"machine:{_user()}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have a number and no name
        return "unknown"
