"""Which audiences' documents somebody reads."""

from __future__ import annotations

from ingest.sources.access import AudienceError, narrower


def covers(reader: str, audience: str) -> bool:
    """Whether a reader of ``reader`` may read all that one of ``audience`` may."""
    try:
        return narrower(audience, reader) == reader
    except AudienceError:
        return False
