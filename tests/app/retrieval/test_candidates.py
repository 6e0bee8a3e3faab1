"""What is worth scoring is the same by each of the ways to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from app.retrieval import candidates as module
from app.retrieval.asked import Asked
from app.retrieval.candidates import Candidates
from app.retrieval.countries import CountryIndex
from app.retrieval.search import PassageSearch
from ingest.knowledge import Knowledge
from ingest.ledger.reading import LedgerReader, Scope
from ingest.store import VectorCollection
from ingest.views import View, Views

SCOPE = Scope(date.today(), everything=True)  # one shelf
QUESTIONS = [("How long does a refund to Germany take?", "en"), ("Was kostet der Versand nach Deutschland?", "de")]


def view_of(sample: Knowledge) -> View:
    view = Views(sample).current()
    assert view is not None
    return view


def found(sample: Knowledge, question: str, language: str, most: int = 16) -> tuple[list[str], Sequence[str]]:
    """The nearest chunks of the papers about Germany, nearest first, and the keys of all of these."""
    reader, view = LedgerReader(sample.engine), view_of(sample)
    about = CountryIndex(reader.country_shares())
    keys = about.versions(["DE"])
    asked = Asked.of(question, language, view.embedder)
    return Candidates(reader, about, view, asked, SCOPE)._among(keys, most), keys


@pytest.mark.parametrize(("question", "language"), QUESTIONS)
def test_the_nearest_of_some_versions_are_the_same_from_the_ledger_the_store_and_without_a_filter(
    sample: Knowledge, monkeypatch: pytest.MonkeyPatch, question: str, language: str
) -> None:
    asked_with: list[bool] = []
    query = VectorCollection.query

    def watched(self: VectorCollection, vector: object, n: int, where: object = None, metadata: bool = True) -> object:
        asked_with.append(where is not None)
        return query(self, vector, n, where, metadata)  # type: ignore[arg-type]

    monkeypatch.setattr(VectorCollection, "query", watched)
    monkeypatch.setattr(module, "_FEW", 10_000)
    by_ledger, keys = found(sample, question, language)
    assert (len(by_ledger), asked_with) == (16, [])
    assert 1 < len(keys) <= module._MOST_KEYS
    monkeypatch.setattr(module, "_FEW", 0)
    monkeypatch.setattr(module, "_LOOK", 1_000)
    without, _ = found(sample, question, language)
    assert asked_with == [False]
    monkeypatch.setattr(module, "_LOOK", 1)
    by_filter, _ = found(sample, question, language)
    assert asked_with == [False, False, True]
    monkeypatch.setattr(module, "_MOST_KEYS", 0)
    wide, _ = found(sample, question, language)
    assert set(by_ledger) == set(without) == set(by_filter) == set(wide)
    assert by_ledger[0] == without[0] == by_filter[0] == wide[0]


def test_a_search_is_the_same_where_the_ledger_is_asked_and_where_the_store_is(
    sample: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FEW", 10_000)
    before = [[each.chunk.record_id for each in PassageSearch(sample).search(*asked, SCOPE)] for asked in QUESTIONS]
    monkeypatch.setattr(module, "_FEW", 0)
    monkeypatch.setattr(module, "_LOOK", 1)
    assert before == [
        [each.chunk.record_id for each in PassageSearch(sample).search(*asked, SCOPE)] for asked in QUESTIONS
    ]
