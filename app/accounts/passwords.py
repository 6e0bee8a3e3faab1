"""Passwords: how long they must be, and their argon2id hashes."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from app.errors import AppUserError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

FEWEST_CHARACTERS = 12
MOST_CHARACTERS = 1024  # more is no password but work for the hash
_AT_ONCE = threading.Semaphore(2)  # a hash takes 64 MiB, and whoever is not signed in yet can ask for one


def hashed(password: str) -> str:
    """The hash to keep.

    :raises AppUserError: the password is too short or too long.
    """
    if len(password) < FEWEST_CHARACTERS:
        raise AppUserError(f"the password is too short: use {FEWEST_CHARACTERS} characters or more")
    if len(password) > MOST_CHARACTERS:
        raise AppUserError(f"the password is too long: use at most {MOST_CHARACTERS} characters")
    with _AT_ONCE:
        return _hasher().hash(_same_however_typed(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether ``password`` is the one of the hash; with None, False after as long as it takes to find out."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _AT_ONCE:
        try:
            right = _hasher().verify(kept or _nobodys(), _same_however_typed(password[:MOST_CHARACTERS]))
        except (VerificationError, InvalidHashError):
            return False
    return right and kept is not None


def is_hash(text: str) -> bool:
    """Whether ``text`` is a hash that :func:`matches` can use."""
    from argon2 import extract_parameters
    from argon2.exceptions import InvalidHashError

    try:
        extract_parameters(text)
    except InvalidHashError:
        return False
    return text.startswith("$argon2id$")


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@cache
def _nobodys() -> str:
    return _hasher().hash("the password of an account that is not there")


def _same_however_typed(password: str) -> str:
    # An accented letter typed on another keyboard may be two characters (NIST SP 800-63B, 5.1.1.2).
    return unicodedata.normalize("NFKC", password)
