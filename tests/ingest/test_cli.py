"""``polydesk ingest`` says what it did, and its exit status says whether all of it went well."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_a_run_with_a_file_that_cannot_be_read_exits_1_and_names_it(
    polydesk: Callable[..., tuple[int, str, str]], make_home: Callable[[], Path], tmp_path: Path
) -> None:
    make_home()
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "good.md").write_text("# Returns\n\nThirty days.\n", encoding="utf-8")
    status, out, err = polydesk("ingest", docs, "--json")
    summary: dict[str, Any] = json.loads(out)
    assert (status, summary["added"], summary["findings"]) == (0, 1, [])
    assert json.loads(err.splitlines()[-1])["event"] == "document"

    (docs / "bad.md").write_text("---\nkind: novel\n---\n# X\n\nText.\n", encoding="utf-8")
    status, out, _ = polydesk("ingest", docs, "--json")
    summary = json.loads(out)
    assert (status, summary["unchanged"], summary["refused"]) == (1, 1, 1)
    assert [finding["item"] for finding in summary["findings"]] == ["bad.md"]
    assert {"added", "changed", "unchanged", "retired", "refused", "chunks", "embedded", "seconds"} < set(summary)

    status, out, _ = polydesk("ingest", docs)
    assert status == 1
    assert "wrong-format: bad.md: kind is 'novel'" in out


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (None, None, "no such file or folder"),
        ("POLYDESK_EMBEDDING_RUNTIME", "gpu", "POLYDESK_EMBEDDING_RUNTIME"),
        ("POLYDESK_DATABASE_URL", "oracle-db", "write sqlite:///FILE or postgresql://"),
        ("POLYDESK_DATABASE_URL", "postgresql://127.0.0.1:9/nothing", "cannot be opened"),
    ],
)
def test_what_the_user_can_mend_is_one_line_and_exit_status_2(
    polydesk: Callable[..., tuple[int, str, str]],
    make_home: Callable[[], Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str | None,
    value: str,
    message: str,
) -> None:
    make_home()
    if name:
        monkeypatch.setenv(name, value)
    status, out, err = polydesk("ingest", tmp_path / "nothing" if name is None else tmp_path)
    assert (status, out) == (2, "")
    assert err.startswith("polydesk: ") and message in err
    assert err.count("\n") == 1


@pytest.mark.local("a broken SQLite file")
def test_a_ledger_that_is_no_database_is_one_line(
    polydesk: Callable[..., tuple[int, str, str]], make_home: Callable[[], Path], tmp_path: Path
) -> None:
    (make_home() / "ledger.db").write_text("not a database, surely\n" * 100)
    status, _, err = polydesk("ingest", tmp_path)
    assert (status, err.count("\n")) == (2, 1)
    assert "ledger.db cannot be opened: file is not a database" in err
