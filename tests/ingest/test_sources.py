"""Sources list what they hold, name what they cannot use, and never reach outside their root."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from ingest.documents import Content, Finding, ParsedDocument, SourceItem
from ingest.errors import DocumentError, IngestUserError
from ingest.sources import Source, described, open_source

TEXT = "# Returns\n\nThirty days.\n"


def listed(source: Source) -> tuple[dict[str, SourceItem], dict[str, str]]:
    """The items by document id, and the codes of the findings by item."""
    entries = list(source.items())
    items = {entry.document_id: entry for entry in entries if isinstance(entry, SourceItem)}
    return items, {entry.item: entry.code for entry in entries if isinstance(entry, Finding)}


def put(root: Path, *names: str) -> None:
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(TEXT, encoding="utf-8")


def test_a_folder_lists_its_files_at_any_depth_by_their_path(tmp_path: Path) -> None:
    put(tmp_path, "b.md", "eu/a.MD", "eu/de/Rückgabe 2%.md")
    items, findings = listed(open_source(tmp_path))
    assert (list(items), findings) == (["b.md", "eu/a.MD", "eu/de/Rückgabe 2%.md"], {})
    content = open_source(tmp_path).read(items["eu/de/Rückgabe 2%.md"])
    assert content == Content("Rückgabe 2%.md", TEXT.encode())


def test_hidden_files_and_those_an_editor_left_open_are_not_listed(tmp_path: Path) -> None:
    put(tmp_path, "a.md", ".b.md", ".git/c.md", "~$d.docx", "eu/.cache/deep/e.md")
    assert listed(open_source(tmp_path)) == ({"a.md": listed(open_source(tmp_path))[0]["a.md"]}, {})


def test_the_hash_changes_with_the_content_and_with_nothing_else(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "b.md")
    before = listed(open_source(tmp_path))[0]
    assert before["a.md"].content_hash == before["b.md"].content_hash
    os.utime(tmp_path / "a.md", (0, 0))
    (tmp_path / "b.md").write_text(TEXT + "Or forty.\n", encoding="utf-8")
    after = listed(open_source(tmp_path))[0]
    assert after["a.md"] == before["a.md"]
    assert after["b.md"].content_hash != before["b.md"].content_hash


def test_the_date_in_a_files_name_is_when_it_takes_effect(tmp_path: Path) -> None:
    put(tmp_path, "eu/returns@2026-03-01.md", "eu/mail@home.md", "day@2026-02-30.md")
    items, findings = listed(open_source(tmp_path))
    assert items["eu/returns.md"].effective_from == date(2026, 3, 1)
    assert items["eu/mail@home.md"].effective_from is None
    assert findings == {"day@2026-02-30.md": "wrong-format"}


def test_a_type_that_is_not_read_is_reported(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "logo.psd", "README")
    items, findings = listed(open_source(tmp_path))
    assert (list(items), findings) == (["a.md"], {"logo.psd": "unsupported", "README": "unsupported"})


def test_a_link_that_leaves_the_folder_is_reported_and_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "secret/salaries.md", "docs/a.md")
    docs = tmp_path / "docs"
    (docs / "salaries.md").symlink_to(tmp_path / "secret" / "salaries.md")
    (docs / "folder").symlink_to(tmp_path / "secret")
    (docs / "sibling.md").symlink_to("../docs-of-others.md")
    put(tmp_path, "docs-of-others.md")  # its path begins as the folder's does
    items, findings = listed(open_source(docs))
    assert list(items) == ["a.md"]
    assert findings == {"salaries.md": "link", "folder": "link", "sibling.md": "link"}


def test_a_link_inside_the_folder_is_read_and_one_to_nothing_is_reported(tmp_path: Path) -> None:
    put(tmp_path, "docs/a.md")
    (tmp_path / "docs" / "b.md").symlink_to("a.md")
    (tmp_path / "docs" / "c.md").symlink_to("gone.md")
    (tmp_path / "docs" / "loop").symlink_to(".")
    items, findings = listed(open_source(tmp_path / "docs"))
    assert (list(items), findings) == (["a.md", "b.md"], {"c.md": "unreadable"})


def test_a_folder_named_through_a_link_is_read_itself(tmp_path: Path) -> None:
    put(tmp_path, "real/a.md")
    (tmp_path / "link").symlink_to("real")
    items, findings = listed(open_source(tmp_path / "link"))
    assert items["a.md"].uri == (tmp_path.resolve() / "real" / "a.md").as_uri()
    assert findings == {}


def test_a_name_that_is_not_utf8_is_reported(tmp_path: Path) -> None:
    put(tmp_path, "a.md")
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/R\xfcckgabe.md"))).write_text(TEXT)
    items, findings = listed(open_source(tmp_path))
    assert (list(items), findings) == (["a.md"], {"R?ckgabe.md": "unreadable"})


def test_what_may_not_be_opened_is_reported_and_the_rest_is_listed(open_to_all: Path) -> None:
    put(open_to_all, "a.md", "locked.md", "closed/b.md")
    (open_to_all / "locked.md").chmod(0)
    (open_to_all / "closed").chmod(0)
    source = open_source(open_to_all)
    with unprivileged():
        items, findings = listed(source)
    (open_to_all / "closed").chmod(0o755)
    assert (list(items), findings) == (["a.md"], {"closed": "unreadable", "locked.md": "unreadable"})


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "a.md")
    source = open_source(tmp_path)
    item = listed(source)[0]["a.md"]
    (tmp_path / "a.md").write_text(TEXT.replace("Thirty", "Forty"), encoding="utf-8")
    with pytest.raises(DocumentError, match="changed while it was read; run the ingest again"):
        source.read(item)
    (tmp_path / "a.md").unlink()
    with pytest.raises(DocumentError) as gone:
        source.read(item)
    assert gone.value.code == "unreadable"


def test_a_source_covers_what_it_would_list_and_nothing_else(tmp_path: Path) -> None:
    put(tmp_path, "docs/a.md", "docs/eu/b.md", "docs/.git/c.md", "docs2/d.md", "docs/tickets.jsonl")
    folder, file = open_source(tmp_path / "docs"), open_source(tmp_path / "docs" / "a.md")
    tickets = open_source(tmp_path / "docs" / "tickets.jsonl")

    def uri(name: str) -> str:
        return (tmp_path / name).as_uri()

    assert folder.covers(uri("docs/a.md")) and folder.covers(uri("docs/eu/b.md"))
    assert not folder.covers(uri("docs2/d.md")) and not folder.covers(uri("docs/.git/c.md"))
    assert file.covers(uri("docs/a.md")) and not file.covers(uri("docs/eu/b.md"))
    ticket = uri("docs/tickets.jsonl") + "#T-1"
    assert tickets.covers(ticket) and not tickets.covers(uri("docs/a.md"))
    assert not folder.covers(ticket)  # or ingesting the folder would retire the tickets beside its documents


def test_a_path_that_leads_nowhere_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(IngestUserError, match="no such file or folder"):
        open_source(tmp_path / "nothing")


ITEM = SourceItem("file:///x.md", "x.md", "hash", title="From the source")


def said(title: str = "", **metadata: str) -> SourceItem:
    return described(ITEM, ParsedDocument("words", title, (), metadata))


def test_what_a_document_says_of_itself_wins_over_its_place() -> None:
    item = said(
        "Its own",
        id="policy-7",
        kind="article",
        audience="manager",
        effective_from="2026-03-01",
        effective_to="2027-01-01",
    )
    assert (item.document_id, item.kind, item.audience, item.title) == ("policy-7", "article", "manager", "Its own")
    assert (item.effective_from, item.effective_to) == (date(2026, 3, 1), date(2027, 1, 1))
    assert said().title == "From the source"
    assert said("versand-kosten@2026-03-01").title == "Versand kosten"


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({"kind": "novel"}, "kind is 'novel'; use one of policy, article, ticket"),
        ({"effective_from": "soon"}, "effective_from is 'soon'; write it as 2026-03-01"),
        ({"effective_to": "2026-13-01"}, "effective_to is '2026-13-01'"),
    ],
)
def test_a_field_with_a_wrong_value_is_named_with_what_to_write(metadata: dict[str, str], message: str) -> None:
    with pytest.raises(DocumentError, match=message) as refused:
        said(**metadata)
    assert (refused.value.code, str(refused.value)[:5]) == ("wrong-format", "x.md:")


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder outside pytest's own, which other users cannot enter."""
    folder = Path(tempfile.mkdtemp(prefix="polydesk-test-")).resolve()
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Permissions mean nothing to root; be nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_an_export_of_tickets_among_documents_is_not_read_as_a_table_for_everybody(tmp_path: Path) -> None:
    put(tmp_path, "a.md")
    shutil.copy(Path(__file__).parent / "sources" / "data" / "jira.csv", tmp_path / "june.csv")
    (tmp_path / "fees.csv").write_text("Country,Fee\nSpain,12\n", encoding="utf-8")
    items, findings = listed(open_source(tmp_path))
    assert (list(items), findings) == (["a.md", "fees.csv"], {"june.csv": "ticket-export"})
