"""A writer of compound files ([MS-CFB], version 3) and of Outlook messages in them ([MS-OXMSG])."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise

Tree = Mapping[str, "bytes | Tree"]

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT_SECTOR, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_UNICODE, _BINARY, _TIME, _INTEGER = 0x001F, 0x0102, 0x0040, 0x0003
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


class _Entry:
    def __init__(self, name: str, kind: int, data: bytes = b"") -> None:
        self.name, self.kind, self.data = name, kind, data
        self.right = self.child = _NONE
        self.start = _END

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        head = name.ljust(64, b"\0") + struct.pack("<HBB3I", len(name), self.kind, 1, _NONE, self.right, self.child)
        return head + bytes(16 + 4 + 16) + struct.pack("<IQ", self.start, len(self.data))


def compound_file(tree: Tree) -> bytes:
    """The bytes of a file with the streams and storages of ``tree``; small ones, up to 100 sectors of each."""
    root = _Entry("Root Entry", _ROOT)
    entries = [root]
    _add(root, tree, entries)
    small, mini_fat = b"", []
    for entry in entries:
        if entry.kind == _STREAM and 0 < len(entry.data) < _CUTOFF:
            entry.start = len(small) // _MINI
            count = -(-len(entry.data) // _MINI)
            small += entry.data.ljust(count * _MINI, b"\0")
            mini_fat += [entry.start + step + 1 for step in range(count - 1)] + [_END]
    root.data = small
    sectors: list[bytes] = []
    fat: list[int] = []

    def store(data: bytes) -> int:
        first, count = len(sectors), -(-len(data) // _SECTOR)
        sectors.extend(data[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(data), _SECTOR))
        fat.extend([first + step + 1 for step in range(count - 1)] + [_END] * (count > 0))
        return first if count else _END

    for entry in entries:
        if entry is root or (entry.kind == _STREAM and len(entry.data) >= _CUTOFF):
            entry.start = store(entry.data)
    mini_start = store(struct.pack(f"<{len(mini_fat)}I", *mini_fat).ljust(_SECTOR, b"\xff"))
    directory = b"".join(entry.packed() for entry in entries)
    directory_start = store(directory)
    fat_sector = len(sectors)
    fat.append(_FAT_SECTOR)
    sectors.append(struct.pack(f"<{len(fat)}I", *fat).ljust(_SECTOR, b"\xff"))
    header = struct.pack("<8s16xHHHHH6x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, directory_start, 0, _CUTOFF, mini_start, 1, _END, 0)
    header += struct.pack("<109I", fat_sector, *[_FREE] * 108)
    return header + b"".join(sectors)


def _add(parent: _Entry, tree: Tree, entries: list[_Entry]) -> None:
    """A storage's members as a chain to the right, in the order the format wants: by length, then by letters."""
    names = sorted(tree, key=lambda name: (len(name), name.upper()))
    members: list[int] = []
    for name in names:
        content = tree[name]
        entry = _Entry(name, _STREAM, content) if isinstance(content, bytes) else _Entry(name, _STORAGE)
        members.append(len(entries))
        entries.append(entry)
        if not isinstance(content, bytes):
            _add(entry, content, entries)
    for before, after in pairwise(members):
        entries[before].right = after
    if members:
        parent.child = members[0]


def outlook_message(
    subject: str,
    *,
    body: str = "",
    html: bytes = b"",
    rtf: bytes = b"",
    sender: tuple[str, str] = ("Anna", "anna@example.com"),
    to: tuple[str, ...] = (),
    sent: datetime | None = None,
    attachments: Mapping[str, bytes] | None = None,
    message_class: str = "IPM.Note",
) -> bytes:
    """A message as Outlook saves it.

    :param rtf: compressed, as the file holds it.
    """
    files = attachments or {}
    properties: list[tuple[int, int, bytes]] = [
        (0x001A, _UNICODE, _text(message_class)),
        (0x0037, _UNICODE, _text(subject)),
        (0x0C1A, _UNICODE, _text(sender[0])),
        (0x5D01, _UNICODE, _text(sender[1])),
        (0x3FDE, _INTEGER, struct.pack("<II", 65001, 0)),
    ]
    properties += [(0x1000, _UNICODE, _text(body))] if body else []
    properties += [(0x1013, _BINARY, html)] if html else []
    properties += [(0x1009, _BINARY, rtf)] if rtf else []
    if sent is not None:
        ticks = int((sent - _EPOCH).total_seconds()) * 10_000_000
        properties.append((0x0039, _TIME, struct.pack("<Q", ticks)))
    header = struct.pack("<8x4I8x", len(to), len(files), len(to), len(files))
    tree: dict[str, bytes | Tree] = {**_storage(header, properties)}
    for number, name in enumerate(to):
        tree[f"__recip_version1.0_#{number:08X}"] = _storage(bytes(8), [(0x3001, _UNICODE, _text(name))])
    for number, (name, data) in enumerate(files.items()):
        file = [(0x3707, _UNICODE, _text(name)), (0x3701, _BINARY, data)]
        tree[f"__attach_version1.0_#{number:08X}"] = _storage(bytes(8), file)
    return compound_file(tree)


def _storage(header: bytes, properties: list[tuple[int, int, bytes]]) -> dict[str, bytes | Tree]:
    streams: dict[str, bytes | Tree] = {}
    for tag, kind, value in properties:
        fixed = kind in (_TIME, _INTEGER)
        if not fixed:
            streams[f"__substg1.0_{tag:04X}{kind:04X}"] = value
        size = len(value) + 2 * (kind == _UNICODE)
        header += struct.pack("<HHI", kind, tag, 6) + (value if fixed else struct.pack("<II", size, 0))
    streams["__properties_version1.0"] = header
    return streams


def _text(text: str) -> bytes:
    return text.encode("utf-16-le")
