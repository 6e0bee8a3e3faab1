"""Unpacking with a bound, piece by piece, so that a small answer cannot fill the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

_GZIP_MAGIC = b"\x1f\x8b"
_PIECE = 1 << 16


class TooLargeError(Exception):
    """More came than was allowed."""


class DamagedError(Exception):
    """The packed bytes cannot be unpacked, or are packed in a way that is not known."""


def collected(pieces: Iterable[bytes], most: int) -> bytes:
    """The pieces as one.

    :raises TooLargeError: they are longer than ``most`` bytes.
    """
    whole = bytearray()
    for piece in pieces:
        whole += piece
        if len(whole) > most:
            raise TooLargeError
    return bytes(whole)


def unpacked(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The body behind a ``Content-Encoding``, in pieces of at most 64 kB.

    :raises DamagedError: as above.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return iter(pieces)
    if name in ("gzip", "x-gzip"):
        return _inflated(pieces, 16 + zlib.MAX_WBITS)
    if name == "deflate":
        return _deflated(pieces)
    raise DamagedError(f"packed as {name}, which was not asked for")


def gunzipped(data: bytes, most: int) -> bytes:
    """The content of a gzip file, or the bytes as they are when they are none.

    :raises TooLargeError: it is longer than ``most`` bytes.
    :raises DamagedError: as above.
    """
    if not data.startswith(_GZIP_MAGIC):
        return data
    return collected(_inflated([data], 16 + zlib.MAX_WBITS), most)


def _deflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Some servers send a zlib stream, as the standard says, and some a bare one."""
    stream = iter(pieces)
    first = next(stream, b"")
    is_zlib = len(first) > 1 and first[0] & 0x0F == 8 and int.from_bytes(first[:2], "big") % 31 == 0

    def again() -> Iterator[bytes]:
        yield first
        yield from stream

    return _inflated(again(), zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)


def _inflated(pieces: Iterable[bytes], window: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(window)
    try:
        for piece in pieces:
            waiting = piece
            while waiting and not inflater.eof:
                yield inflater.decompress(waiting, _PIECE)
                waiting = inflater.unconsumed_tail
        while not inflater.eof:
            rest = inflater.decompress(b"", _PIECE)
            if not rest:
                raise DamagedError("the packed body ends too early")
            yield rest
    except zlib.error as error:
        raise DamagedError("the packed body is damaged") from error
