"""Why a passage was found."""

from __future__ import annotations

from datetime import date

import pytest

from app.retrieval.explaining import explain
from app.retrieval.search import PassageSearch
from ingest.ledger.reading import Scope

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Mi Lumo R2 se ha parado y pone E-17", "es"),
        ("Was kostet der Versand nach Österreich?", "de"),
        ("保証期間はどのくらいですか？", "ja"),
    ],
)
def test_the_parts_of_every_score_add_up_to_it(search: PassageSearch, question: str, language: str) -> None:
    for passage in search.search(question, language, Scope(TODAY), 20):
        assert sum(part.product for part in explain(passage)) == pytest.approx(passage.score.total, abs=1e-5)


def test_a_code_that_was_found_is_named(search: PassageSearch) -> None:
    found = search.search("Mi Lumo R2 se ha parado y pone E-17", "es", Scope(TODAY), 20)
    parts = [part for passage in found for part in explain(passage) if part.code == "identifiers"]
    assert any("E-17" in part.said for part in parts)
    assert all(part.product > 0 for part in parts)


def test_words_are_no_part_across_languages_and_a_country_none_where_none_is_named(search: PassageSearch) -> None:
    found = search.search("How many days to send an article back?", "en", Scope(TODAY), 20)
    codes = {p.language == "en": {part.code for part in explain(p)} for p in found}
    assert codes[True] == {"chunk", "sentence", "tokens", "context", "words", "own-language"}
    assert codes[False] == {"chunk", "sentence", "tokens", "context"}


def test_a_document_of_another_country_says_that_it_is_none(search: PassageSearch) -> None:
    found = search.search("Was kostet der Versand nach Österreich?", "de", Scope(TODAY), 40)
    said = {part.value > 0: part.said for p in found for part in explain(p) if part.code == "country"}
    assert said[True] == "it or its document is about a country that the question names"
    assert said[False] == "neither it nor its document is about a country that the question names"
