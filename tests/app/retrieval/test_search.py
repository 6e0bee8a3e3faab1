"""Searching the sample across languages, for a day, for an audience and for a customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count

import pytest

from app.quoting import citation
from app.retrieval.passages import Passage
from app.retrieval.search import PassageSearch
from ingest.knowledge import Knowledge
from ingest.ledger.reading import Scope

TODAY = date(2026, 11, 21)


def documents(passages: list[Passage]) -> list[str]:
    return [passage.chunk.version.document_id for passage in passages]


@pytest.mark.parametrize(
    ("question", "language", "document"),
    [
        ("In Thailandia quando scadono i punti Merova Circle?", "it", "thailand/borikan-na-ran.docx"),
        ("比利时会员的 Circle 积分多久会过期？", "zh", "netherlands/circle-spaarprogramma.md"),
        (
            "Kunde auf Teneriffa will zurückschicken, hat aber das DUA nicht mehr",
            "de",
            "spain/devoluciones-y-reembolsos",
        ),
        ("ドイツのお客様が個人データの削除を希望しています", "ja", "germany/mitteilung-auskunftsersuchen"),
        ("كم أجرة شحن صندوق كبير مقاس 160 إلى هوكايدو؟", "ar", "japan/haisou-ryoukin"),
    ],
)
def test_the_paper_of_the_named_country_is_found_whatever_the_languages(
    search: PassageSearch, question: str, language: str, document: str
) -> None:
    assert any(found.startswith(document) for found in documents(search.search(question, language, Scope(TODAY), 3)))


def test_an_error_code_finds_its_row_in_another_language(search: PassageSearch) -> None:
    best = search.search("Mi Lumo R2 se ha parado y pone E-17", "es", Scope(TODAY), 1)[0]
    nearest = best.units[best.best_unit]
    assert "E-17" in nearest


def test_a_version_is_found_in_its_own_time_only(search: PassageSearch) -> None:
    question = "How many days to send an article back?"
    now = {p.chunk.version.uri for p in search.search(question, "en", Scope(TODAY), 20)}
    then = {p.chunk.version.uri for p in search.search(question, "en", Scope(date(2025, 6, 1)), 20)}
    assert any("returns-eu%402026-03-01" in uri or "returns-eu@2026-03-01" in uri for uri in now)
    assert any("2024-01-01" in uri and "returns-eu" in uri for uri in then)
    assert not any("returns-eu" in uri and ("2024-01-01" in uri or "2027-02-01" in uri) for uri in now)


def test_a_manager_paper_is_never_found_for_an_agent(search: PassageSearch) -> None:
    question = "How much goodwill may a team lead grant?"
    agent = documents(search.search(question, "en", Scope(TODAY), 30))
    manager = documents(search.search(question, "en", Scope(TODAY, audience="manager"), 30))
    assert "group/goodwill-limits.md" in manager
    assert "group/goodwill-limits.md" not in agent


def test_tickets_are_found_for_their_own_customer_only(search: PassageSearch) -> None:
    question = "Reicht der Begrenzungsdraht des Mähers für 280 m?"
    nobody = search.search(question, "de", Scope(TODAY), 30)
    owner = search.search(question, "de", Scope(TODAY, customer_id="C-10007"), 30)
    assert {p.chunk.version.customer_id for p in nobody} == {None}
    assert {p.chunk.version.customer_id for p in owner} == {None, "C-10007"}


def test_only_the_kinds_asked_for_are_found_and_as_many_as_there_are(search: PassageSearch) -> None:
    articles = search.search("returns", "en", Scope(TODAY, kinds=frozenset({"article"})), 8)
    assert len(articles) == 8
    assert {p.chunk.version.kind for p in articles} == {"article"}
    assert search.search("returns", "en", Scope(TODAY, kinds=frozenset({"ticket"})), 8) == []


def test_a_customers_tickets_are_marked_and_leave_two_thirds_of_the_list_to_the_papers(search: PassageSearch) -> None:
    scope = Scope(TODAY, customer_id="C-10028")
    own_words = search.search("", "en", scope, 40)[0]
    found = search.search(own_words.text, own_words.language, scope, 9)
    history = [p for p in found if p.is_history]
    assert 0 < len(history) <= 3
    assert {p.chunk.version.customer_id for p in history} == {"C-10028"}
    assert all(citation(1, p, p.chunk.units[0]).history is p.is_history for p in found)
    assert len(found) == 9


def test_who_asks_for_tickets_alone_gets_more_than_a_third(search: PassageSearch) -> None:
    found = search.search("delivery", "en", Scope(TODAY, customer_id="C-10028", kinds=frozenset({"ticket"})), 6)
    assert len(found) == 6
    assert all(p.is_history for p in found)


@pytest.mark.parametrize(("times", "read"), [(1e9, 1), (0.0, 3)])
def test_countries_are_read_anew_after_a_change_but_not_all_the_time(
    sample: Knowledge, monkeypatch: pytest.MonkeyPatch, times: float, read: int
) -> None:
    """Where documents are published one after the other, reading the countries of all of them would be all it does."""
    search, changed = PassageSearch(sample), [0]
    monkeypatch.setattr("app.retrieval.search._REREAD", times)
    reader = search._reader
    shares, reads = reader.country_shares, count(1)

    def counted() -> list[tuple[str, Mapping[str, float]]]:
        next(reads)
        return list(shares())

    monkeypatch.setattr(reader, "country_shares", counted)
    monkeypatch.setattr(reader, "generation", lambda: tuple(changed))
    for changed[0] in range(3):
        assert search.search("Versand nach Österreich", "de", Scope(TODAY), 1)
    assert next(reads) == read + 1
