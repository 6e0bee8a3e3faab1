"""``polydesk ask`` as it is typed: one JSON object, or sentences with their citations; one line when it fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from app.answers import Answer, Finished, Question, Sentence, SentenceReady, SentenceWithheld
from app.asking import ask_and_print
from app.main import build
from ingest import knowledge
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import Knowledge
from prompts.library import phrase
from tests.app.scripting import says
from tests.support.command import command_with
from tests.support.ollama import Fault
from tests.support.ollama.asking import MODEL, Scripted
from tests.support.patience import PATIENCE_S

POLYDESK = Path(sys.executable).with_name("polydesk")
SHIPPING = "Was kostet der Versand in die Schweiz?"

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


def variables(small_home: Path, **settings: str) -> dict[str, str]:
    """Settings by their names, as variables; at home in the small knowledge base, whose store runs already."""
    return {f"POLYDESK_{name.upper()}": value for name, value in {"home": str(small_home), **settings}.items()}


@pytest.fixture
def typed(small_home: Path, small_knowledge: Knowledge) -> Run:
    """Runs the command in a process of its own, as it is typed."""

    def run(*arguments: str, **settings: str) -> Done:
        environment = {**os.environ, **variables(small_home, **settings)}
        return subprocess.run(
            [POLYDESK, *arguments], env=environment, capture_output=True, text=True, timeout=PATIENCE_S
        )

    return run


@pytest.fixture
def polydesk(
    small_home: Path,
    small_knowledge: Knowledge,
    embedder: CentredEmbedder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs the command in this process, where all that it imports and loads is there already."""
    command = command_with(embedder, (knowledge,), monkeypatch, capsys)

    def run(*arguments: str, **settings: str) -> Done:
        for name, value in variables(small_home, **settings).items():
            monkeypatch.setenv(name, value)
        return Done(arguments, *command(*arguments))

    return run


def printed(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert run.returncode == 0, run.stderr
    (line,) = run.stdout.splitlines()
    answer = json.loads(line)
    assert isinstance(answer, dict)
    return answer


def test_json_is_one_object_with_the_documented_fields(typed: Run, ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(
        says("Der Standardversand in die Schweiz kostet 12,90 CHF [{12,90 CHF}]. Er kostet 99 CHF [{12,90 CHF}]."),
        "NO_ANSWER",
    )
    run = typed("ask", SHIPPING, "--json", "--model", MODEL, ollama_url=ollama_scripted.url)
    answer = printed(run)
    assert run.stderr == ""
    documented = {"action", "language", "answer", "reasons", "sentences", "citations", "model", "usage", "timings_ms"}
    further = {"notice", "confidence", "understood", "contradictions", "findings", "guards", "escalation"}
    further |= {"asked_back", "attempts", "made_with", "recalled"}
    assert answer.keys() == documented | further
    assert (answer["action"], answer["language"]) == ("answer", "de")
    assert answer["answer"] == "Der Standardversand in die Schweiz kostet 12,90 CHF. [1]"
    assert answer["model"] == f"ollama:{MODEL}"
    assert [sentence["supported"] for sentence in answer["sentences"]] == [True, False]
    for sentence in answer["sentences"]:
        assert sentence.keys() == {"text", "supported", "score", "citations", "reasons", "instead_of"}
        assert 0 <= sentence["score"] <= 1
    (citation,) = answer["citations"]
    placed = {"n", "document", "title", "version", "page", "language", "quote", "start", "end"}
    beside = {"uri", "heading", "passage", "passage_start", "history", "parts", "audience", "limited_by"}
    assert citation.keys() == placed | beside
    assert {part["code"] for part in citation["parts"]} >= {"chunk", "sentence", "tokens"}
    assert (citation["n"], citation["document"], citation["language"]) == (1, "versand.md", "de")
    within = citation["start"] - citation["passage_start"], citation["end"] - citation["passage_start"]
    assert citation["passage"][slice(*within)] == citation["quote"]
    assert answer["usage"].keys() == {"prompt_tokens", "completion_tokens"}
    assert answer["usage"]["prompt_tokens"] > 0
    timings = answer["timings_ms"]
    assert timings.keys() == {"retrieval", "guards", "first_token", "total"}
    assert all(0 < timings[stage] <= timings["total"] for stage in timings)


def test_without_a_model_it_quotes_and_says_so(polydesk: Run) -> None:
    run = polydesk("ask", SHIPPING)
    assert run.returncode == 0
    lines = run.stdout.splitlines()
    assert lines[0] == "Der Standardversand in die Schweiz kostet 12,90 CHF. [1]"
    assert any(line.startswith("[1] Versandkosten > Versand in die Schweiz (versand.md, version 1") for line in lines)
    assert phrase("no_model", "de") in lines


def test_what_nothing_answers_is_an_abstention_and_no_error(polydesk: Run) -> None:
    question = "Wann öffnet das Schwimmbad am Sonntag?"
    run = polydesk("ask", question)
    assert run.returncode == 0
    assert run.stdout.splitlines()[0] == phrase("abstain", "de", question=question)
    assert "versand.md" not in run.stdout


def test_the_options_become_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Question, bool]] = []
    monkeypatch.setattr("app.asking.ask_and_print", lambda question, as_json: asked.append((question, as_json)))
    options = ["--as-of", "2025-06-01", "--audience", "manager", "--customer", "C-100", "--model", "quoting", "--json"]
    assert CliRunner().invoke(build(), ["ask", SHIPPING, *options]).exit_code == 0
    whole = Question(text=SHIPPING, as_of=date(2025, 6, 1), audience="manager", customer_id="C-100", model="quoting")
    assert asked == [(whole, True)]
    assert CliRunner().invoke(build(), ["ask", SHIPPING]).exit_code == 0
    assert asked[1] == (Question(text=SHIPPING), False)


def test_a_sentence_written_anew_is_printed_where_it_stands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = Sentence(text="99 days.", supported=False, score=0.1)
    one, anew, last = (
        Sentence(text=text, supported=True, score=1, citations=(1,), instead_of=refused if text == "Two." else None)
        for text in ("One.", "Two.", "Three.")
    )
    answer = Answer(action="answer", language="en", answer="One. Two. Three.", sentences=(one, anew, last))
    events = [SentenceReady(one, ()), SentenceWithheld(refused), SentenceReady(last, ()), SentenceReady(anew, (), 1)]
    assistant = SimpleNamespace(ask=lambda _: iter([*events, Finished(answer)]), close=lambda: None)
    monkeypatch.setattr("app.asking.open_assistant", lambda settings: assistant)
    ask_and_print(Question(text="?"), as_json=False)
    assert capsys.readouterr().out.splitlines() == ["One. [1]", "Two. [1]", "Three. [1]"]


def test_a_day_that_is_none_is_refused() -> None:
    run = CliRunner().invoke(build(), ["ask", SHIPPING, "--as-of", "tomorrow"])
    assert run.exit_code == 2
    assert "tomorrow" in run.output


@pytest.mark.parametrize(
    ("arguments", "settings", "says_what"),
    [
        ([SHIPPING, "--model", "openai:gpt-4o"], {}, "ollama:TAG"),
        (["   "], {}, "empty"),
        ([SHIPPING], {"num_ctx": "lots"}, "POLYDESK_NUM_CTX"),
        ([SHIPPING], {"home": "/proc/nobody"}, "/proc/nobody"),
    ],
)
def test_what_the_user_can_mend_is_one_line_and_status_2(
    polydesk: Run, arguments: list[str], settings: dict[str, str], says_what: str
) -> None:
    run = polydesk("ask", *arguments, **settings)
    assert run.returncode == 2
    (line,) = run.stderr.splitlines()
    assert line.startswith("polydesk: ")
    assert says_what in line
    assert run.stdout == ""


def test_a_model_that_fails_is_one_line_beside_the_quotes(polydesk: Run, ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(Fault.out_of_memory())
    run = polydesk("ask", SHIPPING, "--json", "--model", MODEL, ollama_url=ollama_scripted.url)
    assert printed(run)["model"] == "quoting"
    (line,) = run.stderr.splitlines()
    assert "memory" in line


def test_a_model_that_is_not_there_names_the_command_that_fetches_it(polydesk: Run, ollama_scripted: Scripted) -> None:
    run = polydesk("ask", SHIPPING, "--json", "--model", "llama3.3:70b", ollama_url=ollama_scripted.url)
    assert printed(run)["reasons"] == ["model-no-such-model"]
    assert "ollama pull llama3.3:70b" in run.stderr
