"""The assistant's search: what is found for a question that nobody answers, as a page can show it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.answers import Question
from app.assistant import Assistant, open_assistant
from app.errors import AppUserError
from app.settings import Settings
from tests.app.conftest import RETURNS, TODAY, AssistantMaker


@pytest.fixture
def searching(small_assistant: AssistantMaker) -> Assistant:
    return small_assistant(model="quoting")


def test_hits_are_numbered_best_first_with_the_parts_of_their_scores(searching: Assistant) -> None:
    found = searching.search(Question(text=RETURNS, as_of=TODAY))
    assert found.language == "en"
    assert found.hits[0].document == "returns.md"
    assert [hit.n for hit in found.hits] == list(range(1, len(found.hits) + 1))
    scores = [sum(part.product for part in hit.parts) for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert found.sources == found.hits


def test_kinds_and_customer_narrow_what_is_found(searching: Assistant) -> None:
    question = Question(text="battery", as_of=TODAY, customer_id="C-100")
    assert {hit.history for hit in searching.search(question, frozenset({"ticket"})).hits} == {True}
    assert {hit.history for hit in searching.search(question, frozenset({"policy", "article"})).hits} == {False}


def test_who_reads_as_an_agent_finds_no_manager_paper(searching: Assistant) -> None:
    def documents(audience: str) -> set[str]:
        found = searching.search(Question(text="goodwill voucher", as_of=TODAY, audience=audience))
        return {hit.document for hit in found.hits}

    assert "goodwill.md" in documents("manager") - documents("agent")


def test_an_empty_knowledge_base_names_the_command_that_fills_it(make_home: Callable[[], Path]) -> None:
    assistant = open_assistant(Settings(home=make_home()))
    try:
        with pytest.raises(AppUserError, match="polydesk ingest"):
            assistant.search(Question(text=RETURNS))
    finally:
        assistant.close()
