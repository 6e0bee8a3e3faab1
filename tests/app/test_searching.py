"""``polydesk search``: hits in a table or as JSON, each with the parts of its score where asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.errors import AppUserError
from app.main import build
from ingest.knowledge import Knowledge

RETURNS = "How many days does a customer have to send an article back?"


@pytest.fixture
def at_home(small_home: Path, small_knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small knowledge base, whose store runs already."""
    monkeypatch.setenv("POLYDESK_HOME", str(small_home))
    monkeypatch.setenv("COLUMNS", "160")


def search(*arguments: str) -> Result:
    return CliRunner().invoke(build(), ["search", *arguments])


def printed(*arguments: str) -> dict[str, Any]:
    run = search(*arguments, "--json")
    assert run.exit_code == 0, run.exception
    found = json.loads(run.stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.usefixtures("at_home")
def test_json_is_one_object_with_the_hits_best_first() -> None:
    found = printed(RETURNS, "--k", "3", "--as-of", "2026-11-21")
    assert found.keys() == {"question", "language", "hits", "contradictions"}
    assert (found["question"], found["language"]) == (RETURNS, "en")
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3]
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)
    best = found["hits"][0]
    placed = {"document", "title", "version", "kind", "history", "heading", "page", "language", "unit", "start", "end"}
    assert best.keys() == placed | {"rank", "score"}
    assert best["document"] == "returns.md"
    assert not best["history"]


@pytest.mark.usefixtures("at_home")
def test_explained_hits_say_what_their_scores_are_made_of() -> None:
    for hit in printed(RETURNS, "--explain")["hits"]:
        assert sum(part["product"] for part in hit["parts"]) == pytest.approx(hit["score"], abs=1e-3)
        assert hit["similar"] == []


@pytest.mark.usefixtures("at_home")
def test_a_person_reads_a_table_and_why() -> None:
    run = search(RETURNS, "--k", "2", "--explain")
    assert run.exit_code == 0
    lines = run.stdout.splitlines()
    assert lines[0].split()[:4] == ["document", "version", "heading", "page"]
    assert lines[1].split()[:2] == ["1", "returns.md"]
    assert any(line.startswith("2. ") and line.endswith("why this passage") for line in lines)
    assert any("how near its nearest sentence or row is to the question" in line for line in lines)


@pytest.mark.usefixtures("at_home")
def test_the_options_narrow_what_is_found() -> None:
    tickets = printed("battery", "--customer", "C-100", "--kind", "ticket")["hits"]
    assert {(hit["kind"], hit["history"]) for hit in tickets} == {("ticket", True)}
    assert {hit["kind"] for hit in printed("battery", "--kind", "policy", "--kind", "article")["hits"]} <= {
        "policy",
        "article",
    }
    assert "goodwill.md" not in {hit["document"] for hit in printed("goodwill", "--k", "20")["hits"]}
    assert "goodwill.md" in {hit["document"] for hit in printed("goodwill", "--audience", "manager")["hits"]}
    old = printed(RETURNS, "--as-of", "2025-06-01", "--k", "20")["hits"]
    assert {hit["version"] for hit in old if hit["document"] == "returns.md"} == {1}
    assert printed("warranty", "--language", "ja")["language"] == "ja"


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize(
    ("arguments", "says"), [(["  "], "empty"), ([RETURNS, "--kind", "memo"], "memo: no such kind")]
)
def test_what_the_user_can_mend_is_said(arguments: list[str], says: str) -> None:
    run = search(*arguments)
    assert isinstance(run.exception, AppUserError)
    assert says in str(run.exception)


def test_an_empty_knowledge_base_names_the_command_that_fills_it(make_home: Any) -> None:
    make_home()
    run = search(RETURNS)
    assert isinstance(run.exception, AppUserError)
    assert "polydesk ingest" in str(run.exception)
