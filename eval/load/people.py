"""Accounts for simulated agents, as a company has one for each of its own."""

from __future__ import annotations

import secrets
from pathlib import Path

from app.accounts.account import Account
from app.accounts.signing_in import open_sign_in
from app.ui.accounts.door import COOKIE

_HOURS = 12.0


def signed_in(home: Path, agents: int) -> tuple[str, ...]:
    """An account for each, who has signed in: the cookie that their browser sends.

    The page of this home asks for a sign-in from then on.

    :raises AppError: the accounts or the sign-ins cannot be kept.
    """
    door = open_sign_in(home, _HOURS)
    cookies = []
    for number in range(agents):
        name = f"agent-{number}"
        door.accounts.add(Account(name=name, display_name=f"Agent {number}", role="agent"), secrets.token_urlsafe())
        if (kept := door.accounts.find(name)) is not None and kept.password is not None:
            cookies.append(f"{COOKIE}={door.sessions.begin(name, kept.password)}")
    return tuple(cookies)
