"""The way in of this process, which the page and the routes beside it share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from app.accounts.oidc import OidcSettings, load_oidc_settings
from app.accounts.signing_in import SignIn, open_sign_in
from app.address import is_exposed
from app.audit.apart import RecorderApart
from app.settings import Settings, load_settings

COOKIE = "polydesk_session"
SECURE_COOKIE = "__Host-polydesk_session"  # browsers send and take this name by TLS alone


@dataclass(slots=True)
class Door:
    """How one gets in; ``is_shut`` from the first time that signing in was needed until the process ends."""

    sign_in: SignIn
    oidc: OidcSettings
    hours: float
    is_shut: bool


def open_door(settings: Settings) -> Door:
    """The door of a page with these settings.

    :raises AppUserError: the accounts or the settings of the identity provider cannot be used.
    """
    oidc = load_oidc_settings()
    sign_in = open_sign_in(
        settings.home, settings.sign_in_hours, RecorderApart(settings), settings.sign_in_idle_minutes
    )
    is_shut = is_exposed(settings) or oidc.is_configured or bool(sign_in.accounts.all())
    return Door(sign_in, oidc, settings.sign_in_hours, is_shut)


@cache
def door() -> Door:
    """The one of this process, as the environment has it; what fails is tried again the next time."""
    return open_door(load_settings())
