"""Under which names the page can be reached, and whether that is beyond this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.errors import AppUserError
from app.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_exposed(settings: Settings) -> bool:
    """Whether others than the users of this machine can reach the page, by themselves or through a proxy."""
    public = public_host(settings)
    return settings.host not in LOOPBACK or (public is not None and public not in LOOPBACK)


def public_host(settings: Settings) -> str | None:
    """The name in ``POLYDESK_PUBLIC_URL``.

    :raises AppUserError: it is no address of a page.
    """
    if settings.public_url is None:
        return None
    parts = urlsplit(settings.public_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise AppUserError(
            f"POLYDESK_PUBLIC_URL is {settings.public_url!r}: use the form https://desk.example.com, without a path"
        )
    return parts.hostname


def allowed_hosts(settings: Settings) -> tuple[str, ...]:
    """The names that a browser may ask for; a foreign page that points a name of its own at us is turned away."""
    names = [*LOOPBACK, public_host(settings)]
    if settings.host not in ("0.0.0.0", "::"):  # noqa: S104  # compared with, not listened on
        names.append(settings.host)
    return tuple(dict.fromkeys(name for name in names if name))
