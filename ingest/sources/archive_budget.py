"""What one archive may unpack to, and streams that keep count of it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO, Protocol

from ingest.errors import DocumentError

MAX_MEMBERS = 20_000
MAX_UNPACKED = 2_000_000_000  # bytes, everything in the archive together
MAX_RATIO = 100  # of what comes out to what went in; text rarely packs better than 30 to 1
_RATIO_FROM = 50_000_000  # bytes unpacked before the ratio means anything


class Readable(Protocol):
    """Anything with bytes to read."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass
class Budget:
    """What is left of an archive's allowance, its nested archives included.

    :param shown: the archive, as people are told it.
    :param packed: the size of its file in bytes.
    """

    shown: str
    packed: int
    members: int = 0
    unpacked: int = 0

    def count_member(self) -> None:
        """:raises DocumentError: ``archive-bomb``."""
        self.members += 1
        if self.members > MAX_MEMBERS:
            raise self._bomb(f"holds more than {MAX_MEMBERS} files")

    def count_bytes(self, number: int) -> None:
        """:raises DocumentError: ``archive-bomb``."""
        self.unpacked += number
        if self.unpacked > MAX_UNPACKED:
            raise self._bomb(f"unpacks to more than {MAX_UNPACKED / 1e9:.0f} GB")
        if self.unpacked > _RATIO_FROM and self.unpacked > MAX_RATIO * max(self.packed, 1):
            raise self._bomb(f"unpacks to more than {MAX_RATIO} times its size")

    def _bomb(self, what: str) -> DocumentError:
        return DocumentError("archive-bomb", f"{self.shown}: {what}; nothing of it was read: unpack it yourself")


class Counted(io.RawIOBase):
    """A stream whose bytes count against a budget."""

    def __init__(self, stream: Readable, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes; never all at once without a size."""
        data = self._stream.read(size if size >= 0 else 1 << 16)
        self._budget.count_bytes(len(data))
        return data


class _Unpacker(Protocol):
    """What the decompressors of the standard library have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Decompressed(io.RawIOBase):
    """What a bzip2 or xz stream unpacks to, piece by piece and in bounded memory."""

    _PIECE = 1 << 16
    _MEMORY = 256_000_000  # bytes that an xz stream may ask for its dictionary

    def __init__(self, packed: IO[bytes], kind: str) -> None:
        self._packed = packed
        self._kind = kind
        self._unpacker = self._new()
        self._ended = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes, empty at the end only.

        :raises EOFError: the stream is cut off.
        """
        while not self._ended:
            if self._unpacker.eof:  # another stream may follow
                rest = self._unpacker.unused_data or self._packed.read(self._PIECE)
                if not rest.strip(b"\x00"):
                    self._ended = True
                    break
                self._unpacker = self._new()
            else:
                rest = self._packed.read(self._PIECE) if self._unpacker.needs_input else b""
                if self._unpacker.needs_input and not rest:
                    raise EOFError("the file is cut off")
            data = self._unpacker.decompress(rest, size if size >= 0 else self._PIECE)
            if data:
                return data
        return b""

    def _new(self) -> _Unpacker:
        import bz2
        import lzma

        if self._kind == "bz2":
            return bz2.BZ2Decompressor()
        return lzma.LZMADecompressor(memlimit=self._MEMORY)
