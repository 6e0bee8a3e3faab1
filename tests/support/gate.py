"""A way to a server that can be shut and opened again at one and the same port."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Gate:
    """Forwards connections to ``target`` on loopback while it is open; shut, nobody answers."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._open: list[socket.socket] = []
        self._listening: socket.socket | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        listening = self._listening = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def shut(self) -> None:
        """Turn everybody away, those who are talking as well."""
        if self._listening is not None:
            with suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
        self._listening = None
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                came, _ = listening.accept()
                goes = socket.create_connection(("127.0.0.1", self._target))
                self._open += [came, goes]
                for one, other in ((came, goes), (goes, came)):
                    threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while block := one.recv(65_536):
            other.sendall(block)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)
