"""The audit as the settings have it."""

from __future__ import annotations

from functools import partial

from app.audit.keys import open_key
from app.audit.trail import ChainTrail
from app.settings import Settings


def open_trail(settings: Settings) -> ChainTrail:
    """The chain of the database that the settings name; its key is looked for at the first use."""
    return ChainTrail(partial(open_key, settings.home, settings.audit_key), settings.audit_seals)
