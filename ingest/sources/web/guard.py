"""Connections to public addresses alone: the address that was checked is the one connected to.

A name is looked up once for each connection, every address it has is checked, and the socket goes
to a checked address and not to the name; so a name that answers otherwise the second time (DNS
rebinding) gains nothing. Redirects open connections like any request.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from ingest.errors import DocumentError

Resolver = Callable[[str, int], list[str]]

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_LONGEST_S = 3600.0
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

# Where clouds hand out credentials outside link-local space; no wiki lives there.
_METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254")))


class PrivateAddressError(DocumentError):
    """A host has an address that may not be fetched from."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(
            "private-address",
            f"{host}: leads to {address}, which is not a public address; "
            f"if it is yours, allow it with POLYDESK_WEB_PRIVATE_HOSTS",
        )


class Deadline(threading.local):
    """When the request of the current thread must be over, in seconds of ``time.monotonic``."""

    at: float = float("inf")

    def remaining(self, timeout: float | None) -> float:
        """Seconds left, at most ``timeout``.

        :raises httpcore.ReadTimeout: none are left.
        """
        left = min(self.at - time.monotonic(), _LONGEST_S if timeout is None else timeout)
        if left <= 0:
            raise httpcore.ReadTimeout("took too long")
        return left


def resolve(host: str, port: int) -> list[str]:
    """Every address of a host, in the system's order.

    :raises OSError: the name is unknown.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_allowed(address: str, *, private: bool) -> bool:
    """Whether an address may be connected to.

    :param private: whether loopback and private networks may; link-local, multicast and metadata never may.
    """
    ip = _unwrapped(ipaddress.ip_address(address.partition("%")[0]))
    if ip in _METADATA or ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return False
    return private if ip.is_loopback or ip.is_private or not ip.is_global else True


class GuardedBackend(httpcore.NetworkBackend):
    """Connects for ``httpcore``, after checking, and within a deadline.

    :param private: whether a host may have private addresses.
    """

    def __init__(self, private: Callable[[str], bool], resolver: Resolver, deadline: Deadline) -> None:
        self._private = private
        self._resolve = resolver
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"no address for {host}") from error
        for address in addresses:
            if not is_allowed(address, private=self._private(host)):
                raise PrivateAddressError(host, address)
        failure: Exception = httpcore.ConnectError(f"no address for {host}")
        for address in addresses:
            try:
                stream = self._sockets.connect_tcp(
                    address, port, self._deadline.remaining(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _BoundedStream(stream, self._deadline)
        raise failure


class _BoundedStream(httpcore.NetworkStream):
    """A connection whose every wait ends with the request's deadline, also when bytes trickle."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.remaining(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.remaining(timeout))
        return _BoundedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _unwrapped(ip: _Address) -> _Address:
    """The IPv4 address inside an IPv6 one that only carries it."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo
    return ip.ipv4_mapped or ip.sixtofour or (teredo[1] if teredo else ip)
