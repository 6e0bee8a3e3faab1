"""An address finds its source: a company's own first, then those that polydesk brings."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest.documents import Content, SourceItem
from ingest.errors import DocumentError, IngestError, IngestUserError
from ingest.parsing import parse
from ingest.sources import Source, SourceOptions, open_source
from ingest.sources.folder import FolderSource
from ingest.sources.ticket_lines import TicketLines
from tests.conftest import REPOSITORY
from tests.ingest.sources.packing import pack
from tests.ingest.sources.shelf import TEXT, listed, put

TICKET = '{"id": "T-1", "customer_id": "C-1", "subject": "Lamp", "messages": [{"text": "It is broken."}]}\n'


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs packages that declare sources, and takes them away again."""
    root = tmp_path / "site-packages"
    root.mkdir()
    monkeypatch.syspath_prepend(root)
    before = set(sys.modules)
    yield Install(root)
    for name in set(sys.modules) - before:
        if name.startswith("plug_in_"):
            del sys.modules[name]


class Install:
    """Puts a package where Python finds it, as pip does."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def entry(self, name: str, value: str, module: str = "", code: str = "") -> None:
        information = self._root / f"{name}-1.0.dist-info"
        information.mkdir()
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (information / "entry_points.txt").write_text(f"[polydesk.sources]\n{name} = {value}\n")
        if module:
            (self._root / f"{module}.py").write_text(code)


def test_files_folders_tickets_and_archives_are_known_without_any_plug_in(tmp_path: Path) -> None:
    put(tmp_path, "a.md")
    (tmp_path / "t.jsonl").write_text(TICKET)
    pack(tmp_path / "a.zip", {"x.md": TEXT})
    assert isinstance(open_source(tmp_path / "t.jsonl"), TicketLines)
    for address in (tmp_path, str(tmp_path / "a.md"), tmp_path / "a.zip"):
        assert isinstance(open_source(address), FolderSource)


def test_an_export_of_a_help_desk_is_known_by_its_content(tmp_path: Path) -> None:
    comment = {"id": 1, "author_id": 7, "body": "It is broken.", "created_at": "2026-01-01T00:00:00Z", "public": True}
    ticket = {
        "id": 35436,
        "url": "https://acme.zendesk.com/api/v2/tickets/35436.json",
        "subject": "Lamp",
        "description": "It is broken.",
        "requester_id": 7,
        "comments": [comment],
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "status": "open",
    }
    (tmp_path / "tickets.json").write_text(json.dumps({"tickets": [ticket], "users": [{"id": 7, "name": "Ann"}]}))
    (entry,) = open_source(tmp_path / "tickets.json").items()
    assert isinstance(entry, SourceItem) and entry.kind == "ticket"


def test_a_web_address_is_known_also_when_it_was_typed_as_a_path(tmp_path: Path) -> None:
    options = SourceOptions(home=tmp_path)
    for address in ("https://example.com/help", Path("https://example.com/help"), "HTTPS://example.com/help"):
        assert "example.com/help" in open_source(address, options).name


@pytest.mark.parametrize("address", ["nothing-here", "wiki:https://x", "a" * 5000, "~nobody-at-all/x", "x\0y"])
def test_an_address_that_nobody_knows_is_one_line(address: str) -> None:
    with pytest.raises(IngestUserError, match="no such file or folder"):
        open_source(address)


def test_a_plug_in_is_asked_before_what_polydesk_brings(tmp_path: Path, install: Install) -> None:
    code = (
        "from ingest.sources.folder import FolderSource\nfrom pathlib import Path\n"
        "class Mine(FolderSource):\n    pass\n"
        "def open(address, options):\n"
        "    assert options.home.name == 'home'\n"
        "    return Mine(Path(address)) if address.endswith('mine') else None\n"
    )
    install.entry("mine", "plug_in_mine:open", "plug_in_mine", code)
    put(tmp_path, "mine/a.md", "yours/a.md")
    options = SourceOptions(home=tmp_path / "home")
    assert type(open_source(tmp_path / "mine", options)).__name__ == "Mine"
    assert type(open_source(tmp_path / "yours", options)) is FolderSource


def test_plug_ins_are_asked_in_the_order_of_their_names(tmp_path: Path, install: Install) -> None:
    for name in ("b", "a", "c"):
        raising = f"raise IngestUserError('asked {name}')"
        code = f"from ingest.errors import IngestUserError\ndef open(address, options):\n    {raising}\n"
        install.entry(name, f"plug_in_{name}:open", f"plug_in_{name}", code)
    with pytest.raises(IngestUserError, match="asked a"):
        open_source(tmp_path)


def test_a_plug_in_that_cannot_be_loaded_is_named_in_one_line_and_the_others_go_on(
    tmp_path: Path, install: Install, caplog: pytest.LogCaptureFixture
) -> None:
    install.entry("broken", "plug_in_broken:open", "plug_in_broken", "raise RuntimeError('no licence\\nfound')\n")
    install.entry("missing", "plug_in_missing:open")
    put(tmp_path, "docs/a.md")
    assert list(listed(tmp_path / "docs")[0]) == ["a.md"]
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2 and not any("\n" in line for line in lines)
    assert (
        "“broken” (plug_in_broken:open) cannot be loaded (RuntimeError: no licence); mend or uninstall it" in lines[0]
    )
    assert "“missing”" in lines[1]
    with pytest.raises(IngestUserError, match="no such file or folder; the source plug-in “broken”"):
        open_source("wiki:somewhere")  # perhaps it was the plug-in's


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise ValueError('oh')", "plug-in “bad” failed on it (ValueError: oh); mend or uninstall it"),
        ("return 7", "gave a int, which is no source"),
    ],
)
def test_a_plug_in_that_fails_on_an_address_is_not_passed_over(
    tmp_path: Path, install: Install, body: str, message: str
) -> None:
    install.entry("bad", "plug_in_bad:open", "plug_in_bad", f"def open(address, options):\n    {body}\n")
    with pytest.raises(IngestUserError) as refused:
        open_source(tmp_path)
    assert message in str(refused.value)


PAGES = [
    {"id": 12, "revision": 3, "title": "Returns", "readers": "all", "author": "Ann", "valid_from": "2026-03-01"},
    {"id": 13, "revision": 1, "title": "Goodwill"},
]


@contextmanager
def wiki() -> Iterator[str]:
    """A wiki on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that http.server calls
            bodies = {"/api/pages": json.dumps(PAGES), "/api/pages/12": "<h1>Returns</h1><p>Thirty days.</p>"}
            body = bodies.get(self.path)
            self.send_response(200 if body else 404)
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_example_of_the_readme_is_a_source_found_by_its_entry_point(install: Install) -> None:
    install.entry("wiki", "tests.ingest.sources.example_source:open_wiki")
    with wiki() as url:
        source: Source = open_source(f"wiki:{url}/", SourceOptions())
        items, found = listed(source)
        returns, goodwill = items["wiki/12"], items["wiki/13"]
        assert found == {}
        assert (returns.content_hash, returns.audience, returns.author) == ("3", "all", "Ann")
        assert (returns.effective_from, goodwill.effective_from) == (date(2026, 3, 1), None)
        assert goodwill.audience == "agent"
        content = source.read(returns)
        assert isinstance(content, Content) and "Thirty days." in parse(content).text
        with pytest.raises(DocumentError, match="wiki/13") as missing:
            source.read(goodwill)
        assert missing.value.code == "unreadable"
        assert source.covers(returns.uri) and not source.covers("wiki:http://elsewhere/pages/12")
        assert replace(returns, effective_from=None).uri == f"wiki:{url}/pages/12"
    with pytest.raises(IngestError, match="cannot be listed"):
        list(source.items())
    with pytest.raises(IngestUserError, match="no such file"):
        open_source("notes.txt")  # left to others by the wiki


def test_the_readme_shows_the_example_that_is_tested() -> None:
    code = (Path(__file__).parent / "example_source.py").read_text(encoding="utf-8")
    assert f"```python\n{code}```" in (REPOSITORY / "README.md").read_text(encoding="utf-8")
