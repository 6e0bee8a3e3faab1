"""``polydesk tickets draft`` and ``polydesk tickets sent`` as they are typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from app.desk.drafts.commands import draft_and_print, print_sent
from app.desk.drafts.draft import Wish
from app.desk.drafts.store import DraftStore
from app.errors import AppUserError
from ingest import knowledge
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import Knowledge
from tests.app.desk.drafts.playing import RETURNS, citation, draft_of, quoted, ticket
from tests.support.command import command_with
from tests.support.patience import PATIENCE_S

Run = Callable[..., "subprocess.CompletedProcess[str]"]
POLYDESK = "import sys; from app.main import main; sys.argv[0] = 'polydesk'; main()"


@pytest.fixture
def typed() -> Run:
    """Runs the command in a process of its own, as it is typed."""

    def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "POLYDESK_HOME": str(home), "POLYDESK_MODEL": "quoting"}
        command = [sys.executable, "-c", POLYDESK, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)

    return run


@pytest.fixture
def polydesk(embedder: CentredEmbedder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in this process, where all that it imports and loads is there already."""
    command = command_with(embedder, (knowledge,), monkeypatch, capsys)

    def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.setenv("POLYDESK_HOME", str(home))
        monkeypatch.setenv("POLYDESK_MODEL", "quoting")
        return subprocess.CompletedProcess(arguments, *command(*arguments))

    return run


def lines(folder: Path) -> Path:
    tickets = [
        {"id": "A-1", "customer_id": "C-1", "language": "en", "subject": "Return",
         "messages": [{"text": "How many days do I have to send an article back? I bought it on 21 November 2026.",
                       "name": "Ana Lima", "at": "2026-12-01"}]},
        {"id": "A-2", "customer_id": "C-1", "messages": [{"text": "Hi"}, {"author": "agent", "text": "Hello"}]},
        {"id": "A-3", "customer_id": "C-2", "language": "pl", "messages": [{"text": "Ile mam dni na zwrot towaru?"}]},
    ]  # fmt: skip
    file = folder / "new.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in tickets) + "no ticket\n", encoding="utf-8")
    return file


def test_what_waits_is_drafted_and_nothing_is_sent(
    typed: Run, polydesk: Run, small_home: Path, small_knowledge: Knowledge, tmp_path: Path
) -> None:
    done = typed(small_home, "tickets", "draft", str(lines(tmp_path)), "--as-of", "2026-11-21", "--json")
    english, polish = (json.loads(line) for line in done.stdout.splitlines())
    assert english["text"].startswith("Dear Ana Lima,\n\nA customer may send an article back within 45 days")
    assert (english["ticket_id"], polish["ticket_id"], polish["language"]) == ("A-1", "A-3", "pl")
    assert all(each["hold"] == "translate" for each in polish["sentences"])
    assert (done.returncode, done.stderr.count("new.jsonl:4")) == (1, 1)

    one = polydesk(small_home, "tickets", "draft", str(lines(tmp_path)), "--id", "A-1", "--as-of", "ordered", "--json")
    assert json.loads(one.stdout)["as_of"] == "2026-11-21"
    one = polydesk(small_home, "tickets", "draft", str(lines(tmp_path)), "--id", "A-3", "--shorter")
    assert "Dzień dobry," in one.stdout and "[" not in one.stdout
    assert "not in the customer's language: translate before sending" in one.stderr


def test_an_order_of_an_uncertain_day_is_drafted_by_todays_rules_where_they_changed(
    polydesk: Run, small_home: Path, small_knowledge: Knowledge, tmp_path: Path
) -> None:
    said = "I bought it two weeks ago. How many days do I have to send an article back?"
    written = {"A-1": "2026-03-12", "A-2": "2026-06-12"}  # the rules changed on the first of March
    file = tmp_path / "new.jsonl"
    asked = [{"id": each, "customer_id": "C-1", "messages": [{"text": said, "at": at}]} for each, at in written.items()]
    file.write_text("".join(json.dumps(each) + "\n" for each in asked))
    done = polydesk(small_home, "tickets", "draft", str(file), "--as-of", "ordered", "--json")
    assert [json.loads(line)["as_of"] for line in done.stdout.splitlines()] == [None, "2026-05-29"]
    assert "A-1: ordered some day from 2026-02-23 to 2026-03-01, in which the rules changed" in done.stderr
    assert "A-2" not in done.stderr and done.returncode == 0


@pytest.mark.parametrize(
    ("ticket_id", "as_of", "said"),
    [("B-9", None, "there is no ticket B-9"), (None, "yesterday", "write the day as 2026-11-21")],
)
def test_a_draft_that_cannot_be_asked_for_is_one_line(
    tmp_path: Path, ticket_id: str | None, as_of: str | None, said: str
) -> None:
    with pytest.raises(AppUserError, match=said):
        draft_and_print(lines(tmp_path), ticket_id, as_of, None, Wish(), False)


@pytest.mark.parametrize(
    ("form", "since", "said"),
    [("fax", None, "give one of zendesk, freshdesk, jira, lines"), ("lines", "2026", "write the day as 2026-11-21")],
)
def test_an_export_that_cannot_be_asked_for_is_one_line(form: str, since: str | None, said: str) -> None:
    with pytest.raises(AppUserError, match=said):
        print_sent(form, since, False)


def test_what_was_sent_is_printed_for_the_ticket_system(polydesk: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    conversations = ConversationStore(default_url(home))
    drafts = DraftStore(conversations.sessions)
    made = draft_of(ticket("Can I return it?", name="Ana Lima"), {"return": quoted(citation(RETURNS))})
    kept = drafts.add(conversations.create("T-7").id, made)
    drafts.send(kept.id, kept.text, "Bo")
    conversations.close()
    done = polydesk(home, "tickets", "sent", "--format", "freshdesk")
    line = json.loads(done.stdout)
    assert line["id"] == "T-7" and "<p>Dear Ana Lima,</p>" in line["reply"]["body"]
    assert json.loads(polydesk(home, "tickets", "sent", "--since", "2999-01-01", "--json").stdout) == []
