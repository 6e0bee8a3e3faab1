"""A backup that was damaged, cut off or made by somebody else is refused, and nothing is written beyond its folder."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from app.backup.manifest import NAME
from app.backup.restoring import examine
from app.backup.taking import take_backup
from app.errors import AppUserError

Entry = tuple[tarfile.TarInfo, bytes]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    (home / "a.txt").write_bytes(b"first")
    (home / "b.txt").write_bytes(b"second")
    return take_backup(home, tmp_path / "good.tar.zst").place


def entries(backup: Path) -> list[Entry]:
    tar = zstandard.ZstdDecompressor().stream_reader(backup.open("rb")).read()
    with tarfile.open(fileobj=io.BytesIO(tar)) as opened:
        return [(each, (opened.extractfile(each) or io.BytesIO()).read()) for each in opened]


def packed(found: list[Entry], place: Path) -> Path:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for header, content in found:
            tar.addfile(header, io.BytesIO(content) if header.isreg() else None)
    place.write_bytes(zstandard.ZstdCompressor().compress(made.getvalue()))
    return place


def plain(name: str, content: bytes) -> Entry:
    header = tarfile.TarInfo(name)
    header.size = len(content)
    return header, content


def changed_manifest(found: list[Entry], change: Callable[[dict[str, Any]], None]) -> list[Entry]:
    told = json.loads(found[0][1])
    change(told)
    return [plain(NAME, json.dumps(told).encode()), *found[1:]]


def as_link(found: list[Entry]) -> list[Entry]:
    link = tarfile.TarInfo("a.txt")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return [found[0], (link, b""), *found[2:]]


def renamed(name: str) -> Callable[[list[Entry]], list[Entry]]:
    def change(found: list[Entry]) -> list[Entry]:
        content = found[1][1]
        return [*changed_manifest(found, lambda told: told["members"][0].update(path=name))[:1], plain(name, content)]

    return change


ATTACKS: dict[str, Callable[[list[Entry]], list[Entry]]] = {
    "another content": lambda found: [found[0], plain("a.txt", b"fIrst"), found[2]],
    "another length": lambda found: [found[0], plain("a.txt", b"first and more"), found[2]],
    "one missing": lambda found: found[:2],
    "one too many": lambda found: [*found, plain("c.txt", b"third")],
    "one twice": lambda found: [*found, found[1]],
    "a link": as_link,
    "no manifest": lambda found: found[1:],
    "a later format": lambda found: changed_manifest(found, lambda told: told.update(format=2)),
    "a fact nobody knows": lambda found: changed_manifest(found, lambda told: told.update(run="rm")),
    "two of a name": lambda found: changed_manifest(found, lambda told: told["members"][1].update(path="a.txt")),
    "a way up": renamed("../outside.txt"),
    "a way up within": renamed("x/../../outside.txt"),
    "from the root": renamed("/tmp/outside.txt"),  # noqa: S108  # the attack
    "up after a while": renamed("x/y/../../../outside.txt"),
    "nowhere": renamed("./a.txt"),
    "a store": renamed("store/server.json"),
    "its own manifest": renamed(NAME),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_backup_that_is_not_what_was_backed_up_is_refused(attack: str, backup: Path, tmp_path: Path) -> None:
    forged = packed(ATTACKS[attack](entries(backup)), tmp_path / "forged.tar.zst")
    with pytest.raises(AppUserError, match=r"^forged\.tar\.zst"):
        examine(forged)
    assert not (tmp_path / "outside.txt").exists()


def test_a_backup_cut_off_or_altered_anywhere_is_refused(backup: Path, tmp_path: Path) -> None:
    content, place = backup.read_bytes(), tmp_path / "cut.tar.zst"
    for end in range(0, len(content), 37):
        place.write_bytes(content[:end])
        with pytest.raises(AppUserError):
            examine(place)


def test_a_small_file_that_unpacks_to_more_than_it_says_is_given_up(backup: Path, tmp_path: Path) -> None:
    found = entries(backup)
    bomb = packed([found[0], plain("a.txt", b"\0" * 50_000_000)], tmp_path / "bomb.tar.zst")
    assert bomb.stat().st_size < 10_000
    with pytest.raises(AppUserError, match="not as long"):
        examine(bomb)
    header = found[1][0]
    header.pax_headers = {"comment": "0" * 50_000_000}
    with pytest.raises(AppUserError, match="more than its manifest says"):
        examine(packed([found[0], (header, found[1][1])], tmp_path / "bomb.tar.zst"))


def test_a_folder_with_a_link_in_it_is_refused(backup: Path, tmp_path: Path) -> None:
    folder = take_backup(tmp_path / "home", tmp_path / "folder").place
    (folder / "a.txt").rename(tmp_path / "elsewhere")
    (folder / "a.txt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AppUserError, match="link"):
        examine(folder)
    (folder / "a.txt").unlink()
    with pytest.raises(AppUserError, match="missing"):
        examine(folder)


def test_something_else_altogether_is_no_backup(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("hello")
    for place in (other, tmp_path, tmp_path / "nothing"):
        with pytest.raises(AppUserError):
            examine(place)
