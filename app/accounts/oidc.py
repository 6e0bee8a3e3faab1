"""Signing in with the company's own identity provider (OpenID Connect), which Streamlit speaks to."""

from __future__ import annotations

import time
from collections.abc import Mapping

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.accounts.account import DISPLAY_CHARACTERS, NAME_CHARACTERS, OIDC_PREFIX, Account
from app.accounts.database import fingerprint
from app.accounts.file import AccountFile
from app.accounts.roles import ROLES, Role
from app.errors import AppUserError

_FEWEST_SECRET_CHARACTERS = 32
_NEEDED = ("client_id", "client_secret", "metadata_url", "cookie_secret", "redirect_uri")


class OidcSettings(BaseSettings):
    """``POLYDESK_OIDC_CLIENT_ID`` and so on; all of them, or none. Secrets come from the environment alone."""

    model_config = SettingsConfigDict(env_prefix="POLYDESK_OIDC_", extra="ignore", hide_input_in_errors=True)

    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    metadata_url: str = Field(default="", description="ends with /.well-known/openid-configuration")
    cookie_secret: SecretStr = SecretStr("")
    redirect_uri: str = Field(default="", description="this page's address with /oauth2callback behind it")
    role_claim: str = Field(default="polydesk_role", description="the claim that oidc_roles of accounts.yaml maps")
    audience_claim: str = Field(default="", description="the claim with the audience; agent for all when empty")

    @property
    def is_configured(self) -> bool:
        return bool(self.client_id)

    def secrets(self) -> dict[str, dict[str, str]]:
        """What Streamlit would otherwise read from a file."""
        return {
            "auth": {
                "redirect_uri": self.redirect_uri,
                "cookie_secret": self.cookie_secret.get_secret_value(),
                "client_id": self.client_id,
                "client_secret": self.client_secret.get_secret_value(),
                "server_metadata_url": self.metadata_url,
            }
        }


def load_oidc_settings() -> OidcSettings:
    """The settings from the environment.

    :raises AppUserError: some are given and others are not, or one cannot be used; no value is named.
    """
    try:
        settings = OidcSettings()
    except ValidationError as error:
        raise AppUserError(f"POLYDESK_OIDC_…: {error.errors()[0]['msg']}") from None
    given = {name: bool(str(_plain(getattr(settings, name)))) for name in _NEEDED}
    if not any(given.values()):
        return settings
    missing = [f"POLYDESK_OIDC_{name.upper()}" for name, there in given.items() if not there]
    if missing:
        raise AppUserError(f"sign-in with OpenID Connect also needs {', '.join(missing)}")
    if len(settings.cookie_secret.get_secret_value()) < _FEWEST_SECRET_CHARACTERS:
        raise AppUserError(f"POLYDESK_OIDC_COOKIE_SECRET needs {_FEWEST_SECRET_CHARACTERS} random characters or more")
    if not settings.redirect_uri.endswith("/oauth2callback"):
        raise AppUserError("POLYDESK_OIDC_REDIRECT_URI must end with /oauth2callback")
    return settings


def account_of_claims(
    claims: Mapping[str, object], settings: OidcSettings, accounts: AccountFile, hours: float
) -> Account | None:
    """Whom the identity provider vouches for; None where no role is mapped, the time is over, or the account is locked.

    An account ``oidc:SUBJECT`` in the file goes before what the claims say.
    """
    subject, issued = claims.get("sub"), claims.get("iat")
    if not isinstance(subject, str) or not subject or not isinstance(issued, int | float):
        return None
    if not 0 <= time.time() - issued + 60 <= hours * 3600:
        return None
    name = OIDC_PREFIX + _plain_subject(subject)
    if (kept := accounts.find(name)) is not None:
        return None if kept.locked else kept.without_password()
    role = _role(claims.get(settings.role_claim), accounts.oidc_roles())
    if role is None:
        return None
    shown = next((str(claims[key]) for key in ("name", "preferred_username", "email") if claims.get(key)), name)
    values = {
        "name": name,
        "display_name": " ".join(shown.split())[:DISPLAY_CHARACTERS],
        "role": role,
        "audience": str(claims.get(settings.audience_claim) or "agent") if settings.audience_claim else "agent",
    }
    try:
        return Account.model_validate(values)
    except ValidationError:
        return None


def _plain_subject(subject: str) -> str:
    """A subject that can be typed as it is; for any other its fingerprint, as names know no upper case."""
    typed = len(subject) <= NAME_CHARACTERS and subject.isprintable() and " " not in subject
    return subject if typed and subject == subject.lower() else fingerprint(subject)[:32]


def _role(said: object, mapping: Mapping[str, Role]) -> Role | None:
    """The role of a claim's value, or of a list of them the one that comes last in the list of roles."""
    values = said if isinstance(said, list) else [said]
    roles = [mapping[value] for value in values if isinstance(value, str) and value in mapping]
    return max(roles, key=ROLES.index, default=None)


def _plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
