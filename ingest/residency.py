"""Residency: the hosts that questions, documents and figures may go to; everything else is refused before it is asked.

``POLYDESK_HOSTS`` is read once, with the other settings, and then holds for the whole process: whoever opens a
connection asks here first, and nobody has to be handed the names. Fetching web pages has rules of its own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from ingest.errors import IngestUserError

VARIABLE = "POLYDESK_HOSTS"
_NAME = re.compile(r"[\w-]+(\.[\w-]+)*")
_HUB = "huggingface.co"
_allowed: frozenset[str] = frozenset()


def keep_to(hosts: Iterable[str]) -> None:
    """From now on this process reaches these hosts and its own machine alone; any host when there are none.

    :raises IngestUserError: something is not the name of a host.
    """
    global _allowed
    hosts = tuple(hosts)
    for host in hosts:
        if not _NAME.fullmatch(_plain(host)) and _address(host) is None:
            raise IngestUserError(f"{VARIABLE}: {host!r} is no host: write names alone, as models.example.com,10.0.0.5")
    _allowed = frozenset(_plain(host) for host in hosts)
    if refuses(_HUB):  # models named by their hub id are then taken from what was fetched before
        os.environ["HF_HUB_OFFLINE"] = "1"


def refuses(host: str | None) -> bool:
    """Whether ``host``, a name or an IP address, must not be connected to."""
    return bool(_allowed) and (host is None or not (is_loopback(host) or _plain(host) in _allowed))


def check_address(address: str, variable: str) -> None:
    """An address with or without its scheme.

    :param variable: that it stands in.
    :raises IngestUserError: its host is not among those allowed, or cannot be made out.
    """
    check_host(_host_of(address), variable)


def check_host(host: str | None, variable: str) -> None:
    """:raises IngestUserError: the host is not among those allowed."""
    if refuses(host):
        name = host or "a host that cannot be made out"
        raise IngestUserError(
            f"{variable}: {name} is not among the hosts in {VARIABLE}, so nothing is sent there: "
            f"name it in {VARIABLE}, or set another address"
        )


def check_database(url: str) -> None:
    """The server of a database URL, wherever libpq would take it from; files and local sockets always pass.

    :raises IngestUserError: it is not among those allowed.
    """
    if not _allowed:
        return
    from sqlalchemy import make_url  # a tenth of a second, which every command would pay
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except ArgumentError:
        return  # what opens the database says so, and connects to nothing
    if parsed.get_backend_name() == "sqlite":
        return
    asked = parsed.normalized_query
    service = "service" in asked or ("PGSERVICE" in os.environ and not parsed.host)
    said = [parsed.host or "", *asked.get("host", ()), *asked.get("hostaddr", ())]
    if not any(said):
        said = [os.environ.get("PGHOST", "")]
    said.append(os.environ.get("PGHOSTADDR", ""))
    for host in (None,) if service else (each for part in said for each in part.split(",")):
        if host is None or (host and not host.startswith(("/", "@"))):
            check_host(host, "POLYDESK_DATABASE_URL")


def _host_of(address: str) -> str | None:
    try:
        return urlsplit(address).hostname or urlsplit(f"//{address}").hostname
    except ValueError:
        return None


def _plain(host: str) -> str:
    return host.strip().strip("[]").rstrip(".").lower()


def is_loopback(host: str) -> bool:
    """Whether ``host``, a name or an IP address, is this machine."""
    address = _address(host)
    return _plain(host) == "localhost" or (address is not None and address.is_loopback)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(_plain(host))
    except ValueError:
        return None
