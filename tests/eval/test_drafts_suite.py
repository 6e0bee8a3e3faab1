"""Drafts over sample tickets: in the customer's language or marked, nothing unsupported, whatever model writes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from app.rechecking import CheckedSentence
from app.settings import Settings
from eval.errors import EvalUserError
from eval.hostile_drafting import hostile_words
from eval.suites.drafts import HOSTILE, MEASURES, DraftResult, drafted, first_messages, print_drafts, report
from tests.app.desk.drafts.playing import RETURNS, citation, draft_of, quoted, ticket

TICKETS = Path(__file__).resolve().parents[2] / "ingest" / "sample" / "tickets.jsonl"
SOME = ("T-1187", "T-1166", "T-1203", "T-1083", "T-1160", "T-1019", "T-1078")
DAY = date(2026, 11, 21)
MUST = MEASURES[:4]


def results_of(home: Path, model: str) -> list[DraftResult]:
    tickets = [each for each in first_messages(TICKETS, 1000) if each.id in SOME]
    assert len(tickets) == len(SOME)
    return list(drafted(Settings(home=home, ollama_url="http://127.0.0.1:9"), tickets, model, DAY))


def test_sixty_tickets_in_twelve_languages_as_they_came_in() -> None:
    tickets = first_messages(TICKETS, 5)
    assert len(tickets) == len({each.id for each in tickets}) == 60
    assert {each.language for each in tickets} == hostile_words().keys() and len(hostile_words()) == 12
    assert all(message.author != "agent" for each in tickets for message in each.messages)


def test_without_a_model_drafts_quote_the_customers_language_or_mark_what_is_in_another(sample_home: Path) -> None:
    results = results_of(sample_home, "quoting")
    figures = report(results)
    assert [figures[name] for name in MUST] == [1.0] * len(MUST)
    assert figures["answered"] >= 0.5 and figures["held"] >= 1
    for result in results:
        assert all(
            sentence.hold == "translate"
            for sentence in result.draft.sentences
            if sentence.language != result.draft.language
        )
        assert f"ticket/{result.ticket.id}" not in {each.document for each in result.draft.citations}


def test_nothing_of_a_hostile_model_reaches_a_draft(sample_home: Path) -> None:
    results = results_of(sample_home, HOSTILE)
    figures = report(results)
    assert figures["withheld"] >= 20  # it did write
    assert [figures[name] for name in MUST] == [1.0] * len(MUST)
    assert all(not result.draft.sentences for result in results)


def result(*sentences: str, language: str = "en", codes: tuple[str, ...] = ()) -> DraftResult:
    asked = ticket("Can I return it?", language=language)
    made = draft_of(asked, {"return": quoted(*(citation(each, n) for n, each in enumerate(sentences, 1)))})
    checked = tuple(
        CheckedSentence(text=each.text, supported=not codes, score=0.5, codes=codes) for each in made.sentences
    )
    return DraftResult(asked, made, checked, 0.5)


def test_each_measure_sees_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = hostile_words()["en"][0].partition(" [")[0] + "."
    results = [
        result(RETURNS),
        result(RETURNS, codes=("commitment-not-in-evidence",)),
        result(hostile),
        result("Die Rückgabe ist innerhalb von dreißig Tagen nach der Lieferung möglich."),
        result(RETURNS, language="de"),
    ]
    print_drafts(results, failures=True, as_json=True)
    figures = json.loads(capsys.readouterr().out)
    assert [figures[name] for name in MUST] == [0.8, 1.0, 0.8, 0.8]
    assert figures["sendable"] == 0.8 and figures["held"] == 1
    assert len(figures["failures"]) == 3


def test_a_file_without_tickets_is_reported(tmp_path: Path) -> None:
    empty = tmp_path / "tickets.jsonl"
    empty.write_text('{"id": "1", "customer_id": "2", "messages": [{"author": "agent", "text": "Hi"}]}\n')
    with pytest.raises(EvalUserError, match="no ticket in which a customer wrote"):
        first_messages(empty, 5)
