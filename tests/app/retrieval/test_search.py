"""Searching the sample across languages, for a day, for an audience and for a customer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.retrieval.passages import Passage
from app.retrieval.search import PassageSearch
from ingest.knowledge import open_knowledge
from ingest.ledger.reading import Scope
from ingest.settings import IngestSettings

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def search(sample_home: Path) -> Iterator[PassageSearch]:
    with open_knowledge(IngestSettings(home=sample_home)) as knowledge:
        yield PassageSearch(knowledge)


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
    nearest = best.units[max(range(len(best.unit_scores)), key=best.unit_scores.__getitem__)]
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
