"""One parsing worker as its pool sees it: a socket, a process id, and how much it may cost."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import psutil

from ingest.documents import Content, ParsedDocument
from ingest.errors import DocumentError
from ingest.parsing.processes import wire
from ingest.parsing.processes.limits import Limits
from ingest.parsing.processes.memory import resident_bytes

_LOOK_AT_MEMORY_EVERY = 0.1  # seconds


class WorkerHandle:
    """Sends documents to one worker. Not thread-safe: a thread has it for itself while it parses."""

    def __init__(self, channel: socket.socket, pid: int, limits: Limits) -> None:
        self.pid = pid
        self._channel = channel
        self._limits = limits
        self._parsed = 0
        self._process = psutil.Process(pid)

    def parse(self, content: Content) -> ParsedDocument:
        """What the worker makes of ``content``; after any error but a ``DocumentError`` it must be ended.

        :raises DocumentError: the worker's own reason.
        :raises OverLimitError: it is over a limit, or gone.
        """
        return _Exchange(self._channel, self._process, self._limits).parse(content)

    def is_listening(self) -> bool:
        """Whether an idle worker is still there; something else may have ended it since its last document."""
        self._channel.setblocking(False)
        try:
            return bool(self._channel.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def close(self) -> None:
        """Hang up; the worker ends, if it still can."""
        self._channel.close()

    def is_worn(self) -> bool:
        """Whether it has done its share of documents, or holds too much memory between two of them."""
        self._parsed += 1
        if self._parsed >= self._limits.documents:
            return True
        try:
            return bool(self._process.memory_info().rss > self._limits.resident_bytes)
        except psutil.Error:
            return True


class OverLimitError(Exception):
    """The worker cannot be used any longer; ``reason`` is what to say of the document."""

    def __init__(self, reason: DocumentError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class _Exchange:
    """One request and its reply, with an eye on the clock and the memory."""

    def __init__(self, channel: socket.socket, process: psutil.Process, limits: Limits) -> None:
        self._channel = channel
        self._process = process
        self._limits = limits
        self._started = self._looked = time.monotonic()
        self._deadline = self._started + limits.seconds
        self._extended = 0.0
        self._most_resident = 0

    def parse(self, content: Content) -> ParsedDocument:
        name = Path(content.name).name
        try:
            self._send(wire.request(content))
            self._send(content.data)
            while "event" in (message := wire.receive_message(self._receive, self._limits.output_bytes)):
                self._extend(message)
            return wire.outcome(message)
        except TimeoutError:
            waited = time.monotonic() - self._started
            what = f"not read within {waited:.0f} s; split it, or save it in a simpler format"
            raise OverLimitError(DocumentError("too-slow", f"{name}: {what}")) from None
        except MemoryError:
            raise OverLimitError(self._too_much_memory(name)) from None
        except OverflowError:
            what = f"its text takes more than {self._limits.output_bytes / 1e6:.0f} MB; split it"
            raise OverLimitError(DocumentError("too-large", f"{name}: {what}")) from None
        except (EOFError, ConnectionError):
            if self._most_resident > 0.7 * self._limits.memory_bytes:
                raise OverLimitError(self._too_much_memory(name)) from None
            what = "the process reading it crashed; the file is damaged: open it and save it again"
            raise OverLimitError(DocumentError("crashed", f"{name}: {what}")) from None
        except wire.WireError as error:
            what = f"the process reading it gave back {error}; open it and save it again"
            raise OverLimitError(DocumentError("crashed", f"{name}: {what}")) from None

    def _too_much_memory(self, name: str) -> DocumentError:
        most = f"{self._limits.memory_bytes / 1e6:.0f} MB"
        return DocumentError("too-much-memory", f"{name}: needs more than {most} of memory to be read; split it")

    def _extend(self, message: dict[str, object]) -> None:
        seconds = message.get("seconds")
        if message["event"] != "extend" or not isinstance(seconds, int | float) or not 0 <= seconds < 1e9:
            raise wire.WireError("an unknown event")
        granted = min(seconds, self._limits.extension_seconds - self._extended)
        self._extended += granted
        self._deadline += granted

    def _send(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            self._channel.settimeout(self._patience())
            try:
                view = view[self._channel.send(view) :]
            except TimeoutError:
                continue  # the patience is short; whether time is up is asked at the top

    def _receive(self, count: int) -> bytearray:
        data = bytearray()
        while len(data) < count:
            self._channel.settimeout(self._patience())
            try:
                block = self._channel.recv(min(count - len(data), 1 << 20))
            except TimeoutError:
                continue
            if not block:
                raise EOFError
            data += block
        return data

    def _patience(self) -> float:
        """Seconds until somebody should look again.

        :raises TimeoutError: the document's time is up.
        :raises MemoryError: it takes more memory than it may.
        """
        now = time.monotonic()
        if now >= self._deadline:
            raise TimeoutError
        if now - self._looked >= _LOOK_AT_MEMORY_EVERY:
            self._looked = now
            self._most_resident = max(self._most_resident, resident_bytes(self._process))
            if self._most_resident > self._limits.memory_bytes:
                raise MemoryError
        return min(self._deadline - now, _LOOK_AT_MEMORY_EVERY)
