"""The rich text of an Outlook message, as it is compressed in the file ([MS-OXRTFCP])."""

from __future__ import annotations

import struct

_HEADER = struct.Struct("<4I")  # size of what follows, size uncompressed, kind, checksum
_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_WINDOW = 4096
_MOST = 50_000_000  # bytes
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS "
    b"Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0"
    b"\\fs20\\b\\i\\u\\tab\\tx"
)


def decompressed(data: bytes) -> bytes:
    """The RTF.

    :raises ValueError: when the bytes are neither kind, or break off.
    """
    if len(data) < _HEADER.size:
        raise ValueError("no header")
    _, size, kind, _ = _HEADER.unpack_from(data)
    if kind == _PLAIN:
        return data[_HEADER.size : _HEADER.size + size]
    if kind != _COMPRESSED or size > _MOST:
        raise ValueError("not compressed RTF")
    return _expanded(data[_HEADER.size :])


def _expanded(data: bytes) -> bytes:
    window = bytearray(_DICTIONARY.ljust(_WINDOW, b"\0"))
    write, at = len(_DICTIONARY), 0
    out = bytearray()
    while at < len(data) and len(out) <= _MOST:
        flags, at = data[at], at + 1
        for bit in range(8):
            if at >= len(data):
                break
            if flags >> bit & 1:
                if at + 1 >= len(data):
                    raise ValueError("breaks off")
                reference, at = data[at] << 8 | data[at + 1], at + 2
                start, length = reference >> 4, (reference & 0xF) + 2
                if start == write % _WINDOW:  # the mark of the end
                    return bytes(out)
                piece = [(start + step) % _WINDOW for step in range(length)]
            else:
                window[write % _WINDOW] = data[at]
                piece, at = [], at + 1
                out.append(window[write % _WINDOW])
                write += 1
            for place in piece:
                window[write % _WINDOW] = window[place]
                out.append(window[place])
                write += 1
    return bytes(out)
