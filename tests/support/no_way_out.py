"""A guard over all tests: no socket of this process connects to anything but this machine."""

from __future__ import annotations

import socket
import sys
from typing import Any

from ingest.residency import is_loopback

_CONNECTING = ("socket.connect", "socket.sendto", "socket.sendmsg")
tried: list[str] = []  # the addresses; whoever finds some lets the test fail, in whatever thread they were tried


def close_the_ways_out() -> None:
    """From now on, and for good: Python's own audit events tell of every connection, also of one under TLS."""
    sys.addaudithook(_heard)


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _CONNECTING:
        return
    connecting, address = arguments
    if connecting.family not in (socket.AF_INET, socket.AF_INET6) or address is None or is_loopback(str(address[0])):
        return
    tried.append(f"{address[0]}:{address[1]}")
    raise PermissionError(f"a test connects to {tried[-1]}")
