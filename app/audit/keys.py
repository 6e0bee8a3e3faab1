"""The key of the audit: it signs the chain, and makes pseudonyms that nobody can undo without it.

Whoever can read the key can forge the chain. Keep it outside of the home (``POLYDESK_AUDIT_KEY``, the same on every
machine that shares a database), or have the seals written where the home's owner cannot write.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from app.audit.errors import AuditUserError

_FILE = "audit.key"
_BYTES = 32
_LEAST_CHARACTERS = 32


class AuditKey:
    """Signs and hides; HMAC-SHA-256, each use in a domain of its own."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sign(self, domain: str, text: str) -> str:
        """The signature of ``text``, 64 hexadecimal digits."""
        return hmac.digest(self._secret, f"{domain}\n{text}".encode("utf-8", "surrogatepass"), "sha256").hex()

    def signed(self, domain: str, text: str, signature: str) -> bool:
        """Whether ``signature`` is that of ``text``."""
        return hmac.compare_digest(self.sign(domain, text).encode(), signature.encode("utf-8", "replace"))

    def digest(self, text: str) -> str:
        """What stands for words that do not belong into a record: equal for equal words, and no way back."""
        return self.sign("digest", text)[:32]

    def pseudonym(self, customer_id: str) -> str:
        """What stands for a customer in every record."""
        return f"customer-{self.sign('customer', customer_id)[:16]}"

    @property
    def fingerprint(self) -> str:
        """Tells one key from another."""
        return hashlib.sha256(b"audit key\n" + self._secret).hexdigest()[:16]


def open_key(home: Path, given: str | None) -> AuditKey:
    """The key that the environment gives, else the home's own, which is made when it is not there.

    :raises AuditUserError: it is too short, can be read by others, or cannot be kept.
    """
    if given is not None:
        if len(given) < _LEAST_CHARACTERS:
            raise AuditUserError(
                f"POLYDESK_AUDIT_KEY is too short: use {_LEAST_CHARACTERS} characters or more, "
                "as `openssl rand -hex 32` prints them"
            )
        return AuditKey(given.encode())
    path = home / _FILE
    try:
        return AuditKey(_kept(path) or _made(path))
    except OSError as error:
        raise AuditUserError(f"{path} cannot be used: {error.strerror}") from None


def _kept(path: Path) -> bytes | None:
    try:
        status = path.stat()
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        text = ""
    if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077:
        raise AuditUserError(f"{path} can be read by others: run chmod 600 {path}")
    if len(text) < _LEAST_CHARACTERS:
        raise AuditUserError(f"{path} is damaged: put back the key that the audit was signed with")
    return text.encode()


def _made(path: Path) -> bytes:
    """Two processes may make it at once: whole beside its place first, and who comes second takes the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{_FILE}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(secrets.token_hex(_BYTES) + "\n")
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    found = _kept(path)
    if found is None:
        raise AuditUserError(f"{path} vanished: run this again")
    return found
