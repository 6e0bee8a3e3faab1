"""Who may vouch for a server that polydesk reads from."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl


@cache
def everybody() -> ssl.SSLContext:
    """The authorities of the system and those of the usual bundle; read once, as it takes 30 ms."""
    import ssl

    import certifi

    # A company's own authority is in the system's store; a bare container has only the bundle.
    trusted = ssl.create_default_context()
    trusted.load_verify_locations(certifi.where())
    return trusted
