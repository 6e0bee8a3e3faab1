"""Accounts for simulated agents, as a company has one for each of its own."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from app.accounts.file import KeptAccount
from app.accounts.passwords import hashed
from app.accounts.signing_in import open_sign_in
from app.ui.accounts.door import COOKIE

_HOURS = 12.0


def signed_in(home: Path, agents: int) -> tuple[str, ...]:
    """An account for each, who has signed in: the cookie that their browser sends.

    The page of this home, which must have no other accounts, asks for a sign-in from then on.

    :raises AppError: the sign-ins cannot be kept.
    """
    door = open_sign_in(home, _HOURS)
    password = hashed(secrets.token_urlsafe())  # one for all: hashing is meant to take long
    names = [f"agent-{number}" for number in range(agents)]
    accounts = [KeptAccount(name=name, display_name=name, role="agent", password=password) for name in names]
    kept = {"accounts": [each.model_dump(exclude_none=True) for each in accounts]}
    door.accounts.path.write_text(json.dumps(kept), encoding="utf-8")  # which is YAML, too
    return tuple(f"{COOKIE}={door.sessions.begin(name, password)}" for name in names)
