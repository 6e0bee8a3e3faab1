"""What a GGUF file says of itself (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md); no weight is loaded."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from app.errors import AppUserError
from app.models.adapters.weights import Tensor

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_MOST_ENTRIES = 20_000
_LONGEST_TEXT = 1 << 20
_LONGEST_HEADER = 64 << 20
_STRING, _ARRAY = 8, 9
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
# Bytes and weights of a block, by the type of a tensor: F32, F16, Q8_0, BF16.
_BLOCKS = {0: (4, 1), 1: (2, 1), 8: (34, 32), 30: (2, 1)}


@dataclass(frozen=True, slots=True)
class GgufFile:
    """Its keys with single values, and its tensors."""

    values: dict[str, Any]
    tensors: tuple[Tensor, ...]


def read_gguf(path: Path) -> GgufFile:
    """What stands before the weights.

    :raises AppUserError: it is not what it should be.
    """
    with path.open("rb") as stream:
        try:
            return _Reader(stream, path).read()
        except (struct.error, UnicodeDecodeError, KeyError):
            raise _broken(
                path, "it ends in the middle of its header, or says what no version of the format does"
            ) from None


class _Reader:
    """Reads within bounds; a length that a file claims is never believed before it is compared with them."""

    def __init__(self, stream: BinaryIO, path: Path) -> None:
        self._stream = stream
        self._path = path
        self._size = path.stat().st_size

    def read(self) -> GgufFile:
        if self._stream.read(len(_MAGIC)) != _MAGIC:
            raise _broken(self._path, "it does not begin with GGUF")
        version = self._number("I")
        if version not in _VERSIONS:
            raise _broken(self._path, f"it is of version {version}; {_VERSIONS} can be read")
        tensors, keys = self._count(), self._count()
        values = {}
        for _ in range(keys):
            name, value = self._text(), self._value(self._number("I"))
            if value is not None:
                values[name] = value
        described = [self._tensor() for _ in range(tensors)]
        align = int(values.get("general.alignment", 32))
        data = self._size - -(-self._stream.tell() // max(align, 1)) * max(align, 1)
        if any(offset + size > data for _, offset, size in described):
            raise _broken(self._path, "weights lie beyond its end: copy it again")
        return GgufFile(values, tuple(tensor for tensor, _, _ in described))

    def _tensor(self) -> tuple[Tensor, int, int]:
        name, dimensions = self._text(), self._number("I")
        if not 1 <= dimensions <= 4:
            raise _broken(self._path, f"{name[:80]!r} has {dimensions} dimensions")
        lengths = [self._number("Q") for _ in range(dimensions)]
        kind, offset = self._number("I"), self._number("Q")
        if kind not in _BLOCKS:
            raise AppUserError(
                f"{self._path}: {name[:80]!r} is quantised in a way that adapters are not; use F16 or Q8_0"
            )
        size, weights = _BLOCKS[kind]
        return Tensor(name, tuple(reversed(lengths))), offset, math.prod(lengths) * size // weights

    def _value(self, kind: int) -> Any:
        """A single value; None for a list, which is passed over."""
        if kind == _STRING:
            return self._text()
        if kind != _ARRAY:
            return self._number(_NUMBERS[kind])
        inner, length = self._number("I"), self._number("Q")
        if length > _LONGEST_HEADER or inner == _ARRAY:
            raise _broken(self._path, "a list in its header has no sensible length")
        if inner == _STRING:
            for _ in range(length):
                self._text()
        else:
            self._skip(length * struct.calcsize(_NUMBERS[inner]))
        return None

    def _text(self) -> str:
        length = self._number("Q")
        if length > _LONGEST_TEXT:
            raise _broken(self._path, "a text in its header has no sensible length")
        return self._bytes(length).decode()

    def _count(self) -> int:
        count: int = self._number("Q")
        if count > _MOST_ENTRIES:
            raise _broken(self._path, "it claims more entries than any adapter has")
        return count

    def _number(self, code: str) -> Any:
        return struct.unpack(f"<{code}", self._bytes(struct.calcsize(code)))[0]

    def _skip(self, length: int) -> None:
        self._stream.seek(length, 1)
        self._check_bounds()

    def _bytes(self, length: int) -> bytes:
        found = self._stream.read(length)
        self._check_bounds()
        return found

    def _check_bounds(self) -> None:
        if self._stream.tell() > min(_LONGEST_HEADER, self._size):
            raise _broken(self._path, "its header has no sensible length")


def _broken(path: Path, why: str) -> AppUserError:
    return AppUserError(f"{path}: this is no whole GGUF file: {why}")
