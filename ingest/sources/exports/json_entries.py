"""The objects of a JSON export one by one, found in a single pass without loading the file.

Exports come as one object a line, as a list, and as pages of an interface that hold lists under
names. Only bytes are looked at here: brackets and quotes cannot be part of another character in
UTF-8, so a damaged text spoils its own object and no other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ingest.errors import DocumentError

MAX_ENTRY_BYTES = 32_000_000  # of one ticket with all its messages
MAX_DEPTH = 200

_LISTS = {b'"tickets"': "tickets", b'"users"': "users", b'"issues"': "issues", b'"results"': "results"}
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]"]', re.DOTALL)
_BLOCK = 1 << 20
_QUOTE, _OPEN_OBJECT, _CLOSE_OBJECT, _OPEN_LIST = b'"{}['


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one object is; ``group`` is the name of the list it is in, ``problem`` why it cannot be read."""

    place: str
    group: str
    start: int
    end: int
    problem: str = ""


def json_entries(path: Path) -> Iterator[Entry]:
    """Every object of an export.

    :raises OSError: the file cannot be read.
    """
    with path.open("rb") as stream:
        start = 3 if stream.read(3) == b"\xef\xbb\xbf" else 0
        stream.seek(start)
        first = stream.readline(MAX_ENTRY_BYTES)
        while first and not first.strip():
            start += len(first)
            first = stream.readline(MAX_ENTRY_BYTES)
        stream.seek(start)
        if _is_object(first):
            yield from _lines(stream, start)
        else:
            yield from _scanned(stream, start, None)


def read_entry(stream: IO[bytes], entry: Entry) -> dict[str, Any]:
    """The object at an entry.

    :raises DocumentError: it is not JSON, not UTF-8, too large or nested too deeply.
    """
    if entry.problem:
        raise DocumentError("wrong-format", entry.problem)
    stream.seek(entry.start)
    data = stream.read(entry.end - entry.start)
    try:
        record = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        wrong = f"byte {entry.start + error.start} is not UTF-8; export it again as UTF-8"
        raise DocumentError("wrong-format", wrong) from None
    except RecursionError:
        raise DocumentError("wrong-format", "nested too deeply; export it again") from None
    except ValueError as error:
        raise DocumentError("wrong-format", f"not JSON ({error}); export it again") from None
    if not isinstance(record, dict):
        raise DocumentError("wrong-format", "not a JSON object; export it again")
    return record


def _is_object(line: bytes) -> bool:
    """Whether a line is one whole object, so that each line of the file is one."""
    line = line.strip()
    if not (line.startswith(b"{") and line.endswith(b"}")):
        return False
    depth = 0
    for match in _TOKEN.finditer(line):
        token = line[match.start()]
        if token == _QUOTE:
            continue
        depth += 1 if token in (_OPEN_OBJECT, _OPEN_LIST) else -1
        if depth == 0:
            return match.end() == len(line)
    return False


def _lines(stream: IO[bytes], at: int) -> Iterator[Entry]:
    number = 0
    while line := stream.readline(MAX_ENTRY_BYTES):
        number += 1
        start, at = at, at + len(line)
        place = f"line {number}"
        if len(line) == MAX_ENTRY_BYTES and not line.endswith(b"\n"):
            while (more := stream.readline(_BLOCK)) and not more.endswith(b"\n"):
                at += len(more)
            at += len(more)
            yield Entry(place, "", start, at, f"larger than {MAX_ENTRY_BYTES / 1e6:.0f} MB; export it again")
        elif line.strip():
            if any(name in line for name in _LISTS):
                back = stream.tell()
                stream.seek(start)
                yield from _scanned(stream, start, at)
                stream.seek(back)
            else:
                yield Entry(place, "", start, at)


def _scanned(stream: IO[bytes], at: int, end: int | None) -> Iterator[Entry]:
    scan = _Scan()
    rest = b""
    while block := stream.read(_BLOCK if end is None else min(_BLOCK, end - at - len(rest))):
        data = rest + block
        used = yield from scan.feed(data, at)
        rest, at = data[used:], at + used
        if len(rest) > MAX_ENTRY_BYTES:
            problem = f"a text of more than {MAX_ENTRY_BYTES / 1e6:.0f} MB or without an end; export it again"
            yield Entry(scan.place, "", at, at, problem)
            return
        if end is not None and at + len(rest) >= end:
            break
    if scan.depth or rest.startswith(b'"'):
        yield Entry(scan.place, "", at, at, "the file ends in the middle of it; export it again")


class _Scan:
    """Where in the structure the scan is; depth counts all brackets that are open."""

    def __init__(self) -> None:
        self.depth = 0
        self._base = 0  # depth around the objects that may hold lists: 0, or 1 inside a list
        self._object = 0  # where the object at the base began
        self._is_page = False
        self._key = b""
        self._group = ""
        self._entry = 0
        self._deepest = 0
        self._count = 0

    @property
    def place(self) -> str:
        return f"entry {self._count + 1}"

    def feed(self, data: bytes, offset: int) -> Generator[Entry, None, int]:
        """Entries that end in ``data``; returns how many of its bytes are done with."""
        for match in _TOKEN.finditer(data):
            at = match.start()
            token = data[at]
            if token == _QUOTE:
                if match.end() == at + 1:  # a text that goes on in the next block
                    return at
                if self.depth == self._base + 1:
                    self._key = match[0] if match.end() - at < 20 else b""
                elif (self._group and self.depth == self._base + 2) or self._base == self.depth == 1:
                    yield self._stray(offset + at)
            elif token in (_OPEN_OBJECT, _OPEN_LIST):
                self._opened(token, offset + at)
            else:
                yield from self._closed(token, offset + at + 1)
        return len(data)

    def _opened(self, token: int, at: int) -> None:
        if self.depth == 0 and token == _OPEN_LIST:
            self._base = 1
        elif self.depth == self._base and token == _OPEN_OBJECT:
            self._object, self._is_page, self._deepest = at + 1, False, 0
        elif self.depth == self._base + 1 and token == _OPEN_LIST and self._key in _LISTS:
            self._group, self._is_page = _LISTS[self._key], True
        elif self._group and self.depth == self._base + 2:
            self._entry, self._deepest = at + 1, 0
        self.depth += 1
        self._deepest = max(self._deepest, self.depth)

    def _closed(self, token: int, end: int) -> Iterator[Entry]:
        self.depth = max(self.depth - 1, 0)
        if self._group and self.depth == self._base + 2 and self._entry:
            yield self._found(self._group, self._entry - 1, end)
            self._entry = 0
        elif self._group and self.depth == self._base + 1:
            self._group = ""
        elif self.depth == self._base and self._object and token == _CLOSE_OBJECT:
            if not self._is_page:
                yield self._found("", self._object - 1, end)
            self._object = 0
        elif self.depth == 0:
            self._base = 0

    def _found(self, group: str, start: int, end: int) -> Entry:
        problem = ""
        if end - start > MAX_ENTRY_BYTES:
            problem = f"larger than {MAX_ENTRY_BYTES / 1e6:.0f} MB; export it again"
        elif self._deepest - self._base > MAX_DEPTH:
            problem = f"nested more than {MAX_DEPTH} levels deep; export it again"
        place = self.place
        self._count += 1
        return Entry(place, group, start, end, problem)

    def _stray(self, at: int) -> Entry:
        place = self.place
        self._count += 1
        return Entry(place, self._group, at, at, "a text where a ticket should be; export it again")
