"""``polydesk ingest --plan`` and ``polydesk documents`` as operations use them: in a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest import knowledge, runs
from ingest.embedding.centring import CentredEmbedder
from ingest.ledger.engine import open_ledger
from ingest.ledger.history import DocumentHistory
from ingest.runs import run_ingest
from ingest.settings import IngestSettings
from tests.conftest import with_models

OLD = "# Returns\n\nThe deadline is 14 days.\n\n## Costs\n\nA parcel is free of charge for every customer.\n"
NEW = OLD.replace("14 days", "30 days")
Polydesk = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(make_home: Callable[[], Path]) -> Path:
    return make_home()


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return write_old(tmp_path / "docs")


def write_old(folder: Path) -> Path:
    folder.mkdir()
    (folder / "returns.md").write_text(OLD, encoding="utf-8")
    (folder / "old.md").write_text("# Old\n\nNobody needs this any more.\n", encoding="utf-8")
    return folder


@pytest.fixture
def changed(polydesk: Polydesk, home: Path, docs: Path) -> Path:
    """A folder that was ingested and then changed: one text edited, one new, one gone, one broken."""
    polydesk("ingest", docs, "--json")
    (docs / "returns.md").write_text(NEW, encoding="utf-8")
    (docs / "new.md").write_text("# New\n\nGift cards are valid for three years.\n", encoding="utf-8")
    (docs / "old.md").unlink()
    (docs / "broken.pdf").write_text("no PDF", encoding="utf-8")
    return docs


@pytest.fixture(scope="module")
def ingested_home(models_folder: Path, embedder: CentredEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents of one version each, for tests that change nothing."""
    folder = tmp_path_factory.mktemp("looked_at")
    with_models(folder / "home", models_folder)
    write_old(folder / "docs")
    with pytest.MonkeyPatch.context() as patch:
        for module in (knowledge, runs):
            patch.setattr(module, "open_centred_embedder", lambda *_: embedder)
        run_ingest(IngestSettings(home=folder / "home"), [folder / "docs"])
    return folder / "home"


@pytest.fixture
def one_version_each(ingested_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLYDESK_HOME", str(ingested_home))
    return ingested_home


def printed(answer: tuple[int, str, str]) -> Any:
    assert answer[0] == 0, answer
    return json.loads(answer[1])


def test_a_plan_reads_like_a_diff_and_changes_nothing(polydesk: Polydesk, home: Path, changed: Path) -> None:
    for _twice in range(2):
        status, out, _err = polydesk("ingest", changed, "--plan")
        assert status == 1  # one would be refused
        lines = [line.strip() for line in out.splitlines()]
        assert "+ new.md  1 chunks" in lines
        assert "~ returns.md  1 of 2 chunks change" in lines
        assert "- old.md  left its source" in lines
        assert any(line.startswith("! wrong-format: broken.pdf") for line in lines)
    assert [line.document_id for line in DocumentHistory(open_ledger(home)).documents(_today())] == [
        "old.md",
        "returns.md",
    ]


def test_a_plan_as_json_says_how_many_chunks_really_change(polydesk: Polydesk, changed: Path) -> None:
    _status, out, err = polydesk("ingest", changed, "--plan", "--json")
    plan = json.loads(out)
    assert {name: plan[name] for name in ("added", "changed", "retired", "refused", "unchanged")} == {
        "added": 1,
        "changed": 1,
        "retired": 1,
        "refused": 1,
        "unchanged": 0,
    }
    assert {"action": "change", "document_id": "returns.md", "chunks": 2, "new_chunks": 1} in plan["documents"]
    events = [json.loads(line) for line in err.splitlines()]
    assert events[0] == {"event": "listed", "documents": 3}
    assert {(event["done"], event["of"]) for event in events[1:]} == {(1, 3), (2, 3), (3, 3)}


def test_what_vanished_stays_with_no_prune(polydesk: Polydesk, home: Path, changed: Path) -> None:
    (changed / "broken.pdf").unlink()
    assert printed(polydesk("ingest", changed, "--no-prune", "--json"))["retired"] == 0
    assert "old.md" in polydesk("documents", "list")[1]
    assert printed(polydesk("ingest", changed, "--json"))["retired"] == 1


def test_versions_are_listed_shown_compared_and_rolled_back(polydesk: Polydesk, changed: Path) -> None:
    (changed / "broken.pdf").unlink()
    polydesk("ingest", changed, "--json")
    listed = {line["document_id"]: line for line in printed(polydesk("documents", "list", "--json"))}
    assert (listed["returns.md"]["number"], listed["returns.md"]["status"]) == (2, "live")
    assert listed["old.md"]["status"] == "past"

    shown = printed(polydesk("documents", "show", "returns.md", "--json"))
    assert [version["status"] for version in shown["versions"]] == ["past", "live"]
    assert "30 days" in shown["text"] and "14 days" not in shown["text"]
    assert "14 days" in polydesk("documents", "show", "returns.md", "--version", 1)[1]

    differences = printed(polydesk("documents", "diff", "returns.md", "--json"))["differences"]
    assert [each for each in differences if each["kind"] == "changed"] == [
        {"kind": "changed", "old": ["The deadline is 14 days."], "new": ["The deadline is 30 days."]}
    ]
    side_by_side = polydesk("documents", "diff", "returns.md", 1, 2)[1]
    assert "14 days" in side_by_side and "30 days" in side_by_side

    rolled = printed(polydesk("documents", "rollback", "returns.md", "--json"))
    assert rolled == {"document": "returns.md", "version": 3, "says_again": 1, "replaced": 2}
    assert printed(polydesk("ingest", changed, "--json"))["unchanged"] == 2
    assert "14 days" in printed(polydesk("documents", "show", "returns.md", "--json"))["text"]
    assert printed(polydesk("documents", "verify", "--json"))["found"] == []
    assert printed(polydesk("documents", "compact", "--json"))["records"] > 0
    assert printed(polydesk("documents", "verify", "--json"))["found"] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "return.md"), "return.md: no such document; did you mean returns.md?"),
        (("show", "returns.md", "--version", "9"), "returns.md: no version 9; there are 1 to 1"),
        (("diff", "returns.md"), "returns.md: there is only one version"),
        (("list", "--as-of", "soon"), "'soon' is no date: write it as 2026-03-01"),
        (("rollback", "returns.md"), "returns.md: there is no earlier version"),
    ],
)
def test_what_cannot_be_shown_says_why_in_one_line(
    polydesk: Polydesk, one_version_each: Path, arguments: tuple[str, ...], message: str
) -> None:
    status, out, err = polydesk("documents", *arguments)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert message in err


def _today() -> Any:
    from datetime import date

    return date.today()
