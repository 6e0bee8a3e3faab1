"""Archives are read as folders are, in bounded time and memory, and whatever they try stays inside of them."""

from __future__ import annotations

import hashlib
import io
import stat
import tarfile
import tracemalloc
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from ingest.documents import Content, SourceItem
from ingest.errors import DocumentError
from ingest.identity import Identities, is_gone
from ingest.ledger.writing import PublishedItem
from ingest.sources import SourceOptions, open_source
from ingest.sources import archive_budget as budget
from tests.ingest.sources.packing import MODES, SUFFIXES, pack, packed, zipped, zipped_raw, zipped_with_flag
from tests.ingest.sources.shelf import TEXT, findings, listed, put

MEMBERS = {
    "eu/returns.md": TEXT,
    "eu/de/Rückgabe 2%.md": "# Rückgabe\n\n30 Tage.\n",
    ".hidden.md": "x",
    "logo.psd": "x",
}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_members_of_an_archive_are_items_and_are_read_as_they_are(tmp_path: Path, suffix: str) -> None:
    file = pack(tmp_path / f"a{suffix}", MEMBERS)
    for address in (tmp_path, file):
        source = open_source(address)
        items, found = listed(source)
        assert list(items) == [f"a{suffix}/eu/de/Rückgabe 2%.md", f"a{suffix}/eu/returns.md"]
        assert found == {f"a{suffix}/logo.psd": "unsupported"}
        item = items[f"a{suffix}/eu/returns.md"]
        assert item.uri == f"{file.as_uri()}!/eu/returns.md"
        assert item.content_hash == hashlib.sha256(TEXT.encode()).hexdigest()
        assert source.read(item) == Content("returns.md", TEXT.encode())
        german = Content("Rückgabe 2%.md", b"# R\xc3\xbcckgabe\n\n30 Tage.\n")
        assert source.read(items[f"a{suffix}/eu/de/Rückgabe 2%.md"]) == german
        assert source.covers(item.uri)
        assert source.covers(f"{(tmp_path / 'other.zip').as_uri()}!/x.md") == (address == tmp_path)


def test_an_archive_in_an_archive_is_read_and_one_deeper_is_not(tmp_path: Path) -> None:
    deepest = packed("c.zip", {"c.md": TEXT})
    deeper = packed("b.tar.gz", {"b.md": TEXT, "c.zip": deepest})
    pack(tmp_path / "a.zip", {"a.md": TEXT, "in/b.tar.gz": deeper})
    source = open_source(tmp_path)
    items, found = listed(source)
    assert list(items) == ["a.zip/a.md", "a.zip/in/b.tar.gz/b.md"]
    assert found == {"a.zip/in/b.tar.gz/c.zip": "nested-too-deeply"}
    assert source.read(items["a.zip/in/b.tar.gz/b.md"]) == Content("b.md", TEXT.encode())


def test_names_and_rules_work_inside_of_archives(tmp_path: Path) -> None:
    pack(
        tmp_path / "policies@2026-01-01.zip",
        {"hr/pay.md": TEXT, "hr/bonus_v2_2026-03-01.md": TEXT, "drafts/x.md": TEXT, "drafts/x.psd": "x"},
    )
    (tmp_path / "polydesk.yaml").write_text(
        "name_pattern: '(?P<stem>.+)_v\\d+_(?P<date>.+)'\nrules:\n"
        "- {match: policies@*.zip/hr/**, audience: manager}\n- {match: drafts, ignore: true}\n",
        encoding="utf-8",
    )
    items, found = listed(tmp_path)
    assert found == {}
    assert {name: (item.audience, item.effective_from) for name, item in items.items()} == {
        "policies.zip/hr/pay.md": ("manager", date(2026, 1, 1)),
        "policies.zip/hr/bonus.md": ("manager", date(2026, 3, 1)),
    }


def test_dated_archives_hold_versions_of_the_same_documents(tmp_path: Path) -> None:
    pack(tmp_path / "p@2026-01-01.zip", {"eu/a.md": "old"})
    pack(tmp_path / "p@2027-01-01.zip", {"eu/a.md": "new"})
    identities = Identities([])
    entries = [entry for entry in open_source(tmp_path).items() if isinstance(entry, SourceItem)]
    assert [identities.identified(entry).document_id for entry in entries] == ["p.zip/eu/a.md"] * 2
    old = PublishedItem(1, "abc123/p.zip/eu/a.md", entries[0].uri, "key", "hash", "collection")
    assert Identities([old]).identified(entries[1]).document_id == "abc123/p.zip/eu/a.md"


def test_rules_packed_into_an_archive_are_not_lost_silently(tmp_path: Path) -> None:
    pack(tmp_path / "a.zip", {"hr/pay.md": TEXT, "hr/polydesk.yaml": "rules: []"})
    assert listed(tmp_path) == ({}, {"a.zip": "rules-in-archive"})
    assert "put them beside the archive" in findings(tmp_path)[0].message


ESCAPES = ["../x.md", "a/../../x.md", "/etc/x.md", "C:\\x.md", "..\\x.md", "a\\..\\..\\x.md", "\\\\host\\x.md"]


@pytest.mark.parametrize("suffix", [".zip", ".tar"])
@pytest.mark.parametrize("name", ESCAPES)
def test_a_name_that_leads_out_of_the_archive_is_refused_and_the_rest_is_read(
    tmp_path: Path, name: str, suffix: str
) -> None:
    (tmp_path / "in").mkdir()
    pack(tmp_path / "in" / f"a{suffix}", {"good.md": TEXT, name: "evil"})
    source = open_source(tmp_path / "in")
    items, found = listed(source)
    assert list(items) == [f"a{suffix}/good.md"]
    assert list(found.values()) == ["path-traversal"]
    assert source.read(items[f"a{suffix}/good.md"]) == Content("good.md", TEXT.encode())
    assert [path.name for path in tmp_path.rglob("*")] == ["in", f"a{suffix}"]


def test_links_and_devices_in_archives_are_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for name, kind in (("l.md", tarfile.SYMTYPE), ("h.md", tarfile.LNKTYPE), ("d.md", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as zipped_links:
        link = zipfile.ZipInfo("l.md")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        zipped_links.writestr(link, "/etc/passwd")
    items, found = listed(tmp_path)
    assert items == {}
    assert found == dict.fromkeys(["a.tar/l.md", "a.tar/h.md", "a.tar/d.md", "b.zip/l.md"], "path-traversal")


def test_an_encrypted_member_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped_with_flag("secret.md", b"x", 0x1))
    pack(tmp_path / "b.zip", {"open.md": TEXT, "c.zip": zipped_with_flag("secret.md", b"x", 0x1)})
    items, found = listed(tmp_path)
    assert list(items) == ["b.zip/open.md"]
    assert found == {"a.zip/secret.md": "encrypted", "b.zip/c.zip/secret.md": "encrypted"}


def test_two_members_of_one_name_are_both_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        (tmp_path / "a.zip").write_bytes(zipped([("x.md", b"thirty days"), ("x.md", b"forty days"), ("y.md", b"y")]))
    items, found = listed(tmp_path)
    assert (list(items), found) == (["a.zip/y.md"], {"a.zip/x.md": "duplicate"})


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp932", ["返品規定.md", "保証/保証書の再発行.md", "ソフト表.md"]),
        ("gbk", ["退换货规则.md", "付款和发票.md"]),
        ("utf-8", ["Rückgabe.md", "返品規定.md", "นโยบาย.md"]),
        ("cp437", ["Rückgabe.md", "Größen.md", "réclamations.md", "Gebühren/Müßig.md", "año.md"]),
    ],
)
def test_names_are_read_in_the_encoding_they_were_packed_in(tmp_path: Path, encoding: str, names: list[str]) -> None:
    (tmp_path / "a.zip").write_bytes(zipped_raw([name.encode(encoding) for name in names], TEXT.encode()))
    source = open_source(tmp_path)
    items, found = listed(source)
    assert (set(items), found) == ({f"a.zip/{name}" for name in names}, {})
    assert all(source.read(item) for item in items.values())


def test_names_in_a_tar_that_are_not_utf8_are_read(tmp_path: Path) -> None:
    for encoding, name in (("cp1252", "Rückgabe.md"), ("cp932", "返品規定.md")):
        with tarfile.open(tmp_path / "a.tar", "w", encoding=encoding, format=tarfile.GNU_FORMAT) as archive:
            archive.addfile(tarfile.TarInfo(name))
        assert list(listed(tmp_path)[0]) == [f"a.tar/{name}"]


def zeros(size: int) -> bytes:
    return bytes(size)


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz", ".tar.bz2", ".tar.xz"])
def test_a_bomb_is_refused_whole_before_it_goes_off(tmp_path: Path, suffix: str) -> None:
    pack(tmp_path / f"bomb{suffix}", {"good.md": TEXT, "a.md": zeros(90_000_000)})
    put(tmp_path, "b.md")
    tracemalloc.start()
    items, found = listed(tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (list(items), found) == (["b.md"], {f"bomb{suffix}": "archive-bomb"})
    assert peak < 30_000_000
    assert "unpacks to more than 100 times its size" in findings(tmp_path)[0].message


def test_a_bomb_in_an_archive_in_an_archive_counts_as_one(tmp_path: Path) -> None:
    inner = packed("b.zip", {f"{number}.md": zeros(9_000_000) for number in range(10)})
    pack(tmp_path / "a.zip", {"good.md": TEXT, "b.zip": inner})
    assert listed(tmp_path) == ({}, {"a.zip": "archive-bomb"})


def test_what_is_not_read_counts_too_where_it_has_to_be_unpacked(tmp_path: Path) -> None:
    pack(tmp_path / "a.tar.gz", {"logo.psd": zeros(90_000_000), "good.md": TEXT})
    assert listed(tmp_path) == ({}, {"a.tar.gz": "archive-bomb"})


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
def test_an_archive_of_too_many_files_or_bytes_is_refused(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack(tmp_path / f"a{suffix}", {f"{number}.md": TEXT for number in range(30)})
    with monkeypatch.context() as patched:
        patched.setattr(budget, "MAX_MEMBERS", 29)
        assert listed(tmp_path) == ({}, {f"a{suffix}": "archive-bomb"})
    with monkeypatch.context() as patched:
        patched.setattr(budget, "MAX_UNPACKED", 29 * len(TEXT))
        assert listed(tmp_path) == ({}, {f"a{suffix}": "archive-bomb"})
    assert len(listed(tmp_path)[0]) == 30


def test_a_table_of_contents_that_would_fill_the_memory_is_refused_unread(tmp_path: Path) -> None:
    data = bytearray(zipped([("a.md", b"x")]))
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = (800_000_000).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(data)
    assert listed(tmp_path) == ({}, {"a.zip": "archive-bomb"})


def test_a_tar_header_that_would_fill_the_memory_is_refused_unread(tmp_path: Path) -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 3_000_000
    name = b"a" * 3_000_000
    data = header.tobuf() + name + bytes(-len(name) % 512) + tarfile.TarInfo("a.md").tobuf() + bytes(10_240)
    (tmp_path / "a.tar").write_bytes(data)
    assert listed(tmp_path) == ({}, {"a.tar": "unreadable"})
    many = tarfile.TarInfo("x" * 50)
    many.type, many.size = tarfile.XHDTYPE, 0
    (tmp_path / "a.tar").write_bytes(many.tobuf() * 5000 + bytes(10_000))
    assert listed(tmp_path) == ({}, {"a.tar": "unreadable"})


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_archive_that_is_cut_off_or_none_at_all_is_refused_whole(tmp_path: Path, suffix: str) -> None:
    # or what it no longer shows would be taken for removed
    whole = packed(f"a{suffix}", {f"{number}.md": f"{TEXT}{number}" for number in range(50)})
    for data in (whole[: len(whole) // 2], whole[: len(whole) // 4], b"words, no archive", b""):
        (tmp_path / f"a{suffix}").write_bytes(data)
        items, found = listed(tmp_path)
        assert items == {} and set(found) == {f"a{suffix}"}
        assert found[f"a{suffix}"] in ("unreadable", "wrong-format")


@pytest.mark.parametrize("suffix", MODES)
def test_a_tar_damaged_in_the_middle_does_not_end_there(tmp_path: Path, suffix: str) -> None:
    data = bytearray(packed("a.tar", {f"{number}.md": TEXT for number in range(50)}))
    data[20 * 1024 + 20] ^= 0xFF  # in the header of a member
    (tmp_path / "a.tar").write_bytes(data)
    assert listed(tmp_path) == ({}, {"a.tar": "unreadable"})


def test_a_damaged_member_of_a_zip_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    data = zipped([("bad.md", b"thirty days"), ("good.md", b"good")], zipfile.ZIP_STORED)
    (tmp_path / "a.zip").write_bytes(data.replace(b"thirty days", b"forty  days"))
    items, found = listed(tmp_path)
    assert (list(items), found) == (["a.zip/good.md"], {"a.zip/bad.md": "unreadable"})


def test_a_zip_packed_in_a_way_whose_memory_nobody_bounds_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped([("a.md", b"x" * 1000)], zipfile.ZIP_LZMA))
    assert listed(tmp_path) == ({}, {"a.zip/a.md": "unreadable"})


def test_a_member_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    file = pack(tmp_path / "a.tar.gz", {"x.md": TEXT, "y.md": TEXT})
    source = open_source(tmp_path)
    items = listed(source)[0]
    source.read(items["a.tar.gz/x.md"])
    pack(file, {"x.md": TEXT + "Or forty.\n"})
    for name in ("x.md", "y.md"):
        with pytest.raises(DocumentError) as changed:
            source.read(items[f"a.tar.gz/{name}"])
        assert changed.value.code == "changed"
    file.unlink()
    with pytest.raises(DocumentError) as gone:
        source.read(items["a.tar.gz/x.md"])
    assert gone.value.code == "unreadable"


def test_members_are_read_from_several_threads_and_leave_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "home").mkdir()
    contents = {f"{number}.md": f"{TEXT}{number}\n" * 50 for number in range(60)}
    pack(tmp_path / "docs" / "a.tar.xz", contents)
    pack(tmp_path / "docs" / "b.zip", contents)
    source = open_source(tmp_path / "docs", SourceOptions(home=tmp_path / "home"))
    items = list(listed(source)[0].values())
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(source.read, items))
    assert [content.data for content in read if isinstance(content, Content)] == [
        contents[item.document_id.partition("/")[2]].encode() for item in items
    ]
    assert list((tmp_path / "home").iterdir()) == []


def test_a_member_is_gone_when_the_archive_is_or_lacks_it_and_not_when_nobody_can_tell(tmp_path: Path) -> None:
    file = pack(tmp_path / "a.zip", {"x.md": TEXT, "in/b.tgz": packed("b.tgz", {"y.md": TEXT}), "ü.psd": "x"})
    mark = file.as_uri() + "!/"
    assert [is_gone(mark + inside) for inside in ("x.md", "in/b.tgz/y.md", "%C3%BC.psd")] == [False] * 3
    assert is_gone(mark + "z.md")
    file.write_bytes(b"half of it")
    assert not is_gone(mark + "z.md")
    file.unlink()
    assert is_gone(mark + "x.md")


def test_an_exclamation_mark_in_a_folders_name_is_no_archive(tmp_path: Path) -> None:
    put(tmp_path, "now!/a.md")
    items, found = listed(tmp_path)
    assert (list(items), found) == (["now!/a.md"], {})
    assert not is_gone(items["now!/a.md"].uri)
    assert open_source(tmp_path).read(items["now!/a.md"]) == Content("a.md", TEXT.encode())


def test_a_large_file_in_an_archive_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sources.archives.MAX_BYTES", 1000)
    pack(tmp_path / "a.tgz", {"big.md": "x" * 1001, "small.md": TEXT})
    source = open_source(tmp_path)
    items, found = listed(source)
    assert (list(items), found) == (["a.tgz/small.md"], {"a.tgz/big.md": "too-large"})
    assert source.read(items["a.tgz/small.md"]) == Content("small.md", TEXT.encode())


def test_zip64_archives_and_sparse_files_are_understood_or_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("a.md", "w", force_zip64=True) as member:
        member.write(TEXT.encode())
    (tmp_path / "a.zip").write_bytes(buffer.getvalue())
    sparse = tarfile.TarInfo("holes.md")
    sparse.type, sparse.size = tarfile.GNUTYPE_SPARSE, 0
    (tmp_path / "b.tar").write_bytes(sparse.tobuf(tarfile.GNU_FORMAT) + bytes(10_240))
    assert listed(tmp_path)[1] == {"b.tar": "unreadable"}
    assert list(listed(tmp_path)[0]) == ["a.zip/a.md"]
