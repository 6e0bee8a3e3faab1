"""``polydesk escalations`` lists, shows, acknowledges and closes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.conversations.store import ConversationStore
from app.escalations.store import EscalationStore
from app.main import main
from tests.app.escalations.conftest import ANSWER, Said
from tests.app.escalations.test_desk import LEGAL

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("POLYDESK_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")

    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["polydesk", "escalations", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


def test_a_case_is_listed_shown_acknowledged_and_closed(run: Run, said: Said, escalations: EscalationStore) -> None:
    said("Mein Anwalt [bold] schreibt Ihnen.", ANSWER, LEGAL)
    [case] = escalations.list()
    assert "Mein Anwalt [bold] schreibt Ihnen." in run("list")[1]
    [listed] = json.loads(run("list", "--json", "--team", "Legal")[1])
    assert (listed["id"], listed["state"], listed["cause"]) == (case.id, "open", "legal")
    shown = run("show", case.id)[1]
    assert "Promise nothing" in shown and "returns.md, version 3: 45 Tage" in shown
    assert "Wir schenken Ihnen 50 €. (unsupported)" in shown

    acknowledged = json.loads(run("acknowledge", case.id, "--by", "Ana", "--json")[1])
    assert (acknowledged["state"], acknowledged["acknowledged_by"]) == ("acknowledged", "Ana")
    assert run("close", case.id, "--by", "Bo", "--remark", "Settled.") == (0, f"Escalation {case.id} is closed.\n", "")
    closed = json.loads(run("show", case.id, "--json")[1])
    assert (closed["closed_by"], closed["remark"], closed["packet"]["question"]) == (
        "Bo",
        "Settled.",
        "Mein Anwalt [bold] schreibt Ihnen.",
    )
    assert run("list")[1] == "No cases.\n"
    assert len(json.loads(run("list", "--state", "closed", "--json")[1])) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", 9), "there is no escalation 9"),
        (("close", 9), "there is no escalation 9"),
        (("list", "--state", "opn"), "--state opn is not known: use open, acknowledged, answered, closed"),
        (("list", "--priority", "soon"), "--priority soon is not known: use urgent, high, normal, low"),
    ],
)
def test_a_mistake_is_one_line_and_exit_status_2(
    run: Run, conversations: ConversationStore, arguments: tuple[object, ...], said: str
) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert said in err and err.count("\n") == 1
