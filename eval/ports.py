"""Ports for servers that run for a while on this machine."""

from __future__ import annotations

import os
import socket
from itertools import count

# From another one on in every process, above those that Ray gives its workers and whoever connects to them, and below
# those of outgoing connections.
_ports = count(24_000 + os.getpid() * 41 % 8_000)


def free_port() -> int:
    """A port that nobody uses, and that no other call has got."""
    while True:
        port = next(_ports)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
