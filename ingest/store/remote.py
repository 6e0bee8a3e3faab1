"""A Chroma server elsewhere: its address, whose part of it is ours, and what proves that we may ask.

Chroma 1 has no sign-in of its own: a proxy before it, or Chroma's own cloud, looks at the token.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest import residency
from ingest.certificates import everybody
from ingest.errors import IngestUserError

if TYPE_CHECKING:
    import ssl

TENANT = "default_tenant"
DATABASE = "default_database"
_ORDINARY_PORTS = {"http": 8000, "https": 443}
_TOKEN = re.compile(r"[!-~]+")
_HOSTED = ".trychroma.com"
# Results and records in one request, at most: https://docs.trychroma.com/cloud/quotas-limits
_HOSTED_QUOTA = 300
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class ChromaServer:
    """What is needed to ask a server.

    :param url: ``http://host:8000`` or ``https://host``.
    :param token: sent with every request, as ``X-Chroma-Token`` and as ``Authorization: Bearer``; never shown.
    :param ca_file: authorities that vouch for the server's certificate, instead of those that everybody trusts.
    :raises IngestUserError: one of these cannot be used, or the host must not be asked.
    """

    url: str
    tenant: str = TENANT
    database: str = DATABASE
    token: str | None = field(default=None, repr=False)
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.username or parts.password:
            raise IngestUserError(
                "The address of the Chroma server must not hold a password: put a token into POLYDESK_CHROMA_TOKEN."
            )
        try:
            port: int | None = parts.port
        except ValueError:
            port = 0
        if parts.scheme not in _ORDINARY_PORTS or not parts.hostname or port == 0 or parts.path.strip("/"):
            raise IngestUserError(
                f"{self.url!r} is no address of a Chroma server: write it as http://host:8000 or https://host."
            )
        if self.token is not None and not _TOKEN.fullmatch(self.token):
            raise IngestUserError("POLYDESK_CHROMA_TOKEN is no token: it has spaces, line breaks or special letters.")
        if self.token is not None and parts.scheme == "http" and not self.is_loopback:
            raise IngestUserError(
                f"{self.url}: a token would travel unencrypted: use https, or unset POLYDESK_CHROMA_TOKEN."
            )
        self.check_residency()

    @property
    def origin(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        parts = urlsplit(self.url)
        host = str(parts.hostname)
        return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{parts.port or _ORDINARY_PORTS[parts.scheme]}"

    @property
    def is_loopback(self) -> bool:
        return urlsplit(self.url).hostname in _LOOPBACK

    @property
    def quota(self) -> int | None:
        """Records that one request may ask for or write; None where the server alone says so."""
        return _HOSTED_QUOTA if str(urlsplit(self.url).hostname).endswith(_HOSTED) else None

    @property
    def headers(self) -> dict[str, str]:
        return {"X-Chroma-Token": self.token, "Authorization": f"Bearer {self.token}"} if self.token else {}

    def check_residency(self) -> None:
        """:raises IngestUserError: the host must not be asked."""
        residency.check_host(urlsplit(self.url).hostname, "POLYDESK_CHROMA_URL")

    def trusted(self) -> ssl.SSLContext | None:
        """Whom to believe that a certificate is genuine; None where nothing is encrypted.

        :raises IngestUserError: the file of authorities cannot be read.
        """
        if not self.url.startswith("https:"):
            return None
        if self.ca_file is None:
            return everybody()
        import ssl

        try:
            return ssl.create_default_context(cafile=str(self.ca_file))
        except OSError as error:  # an SSLError is one
            raise IngestUserError(
                f"POLYDESK_CHROMA_CA_FILE: {self.ca_file} cannot be read as certificates in PEM form "
                f"({error.strerror or error})"
            ) from None
