"""Live documents that say the same thing with other numbers."""

from __future__ import annotations

from datetime import date

import pytest

from app.assistant import build_assistant
from app.composer import AnswerComposer
from app.retrieval.contradictions import Contradiction, find_contradictions
from app.retrieval.search import Found, PassageSearch
from app.settings import Settings
from ingest.knowledge import Knowledge
from ingest.ledger.reading import Scope
from tests.app.conftest import answer_of
from tests.app.retrieval.conftest import MakePassage

TODAY = date(2026, 11, 21)
OUTLET = {"group/merova-second.html", "france/second-occasion.html"}


def found_for(search: PassageSearch, question: str, language: str, day: date = TODAY) -> list[Contradiction]:
    found = search.find(question, language, Scope(day))
    return find_contradictions(found.passages, found.others)


def documents(found: list[Contradiction]) -> set[str]:
    return {each.chunk.version.document_id for one in found for each in (one.first, one.second)}


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How long is the guarantee on a used article from Merova Second in France?", "en"),
        ("Wie lange gilt die Garantie auf gebrauchte Artikel von Merova Second in Frankreich?", "de"),
        ("フランスでMerova Secondの商品の保証は？", "ja"),
    ],
)
def test_the_two_outlet_papers_of_the_sample_contradict_each_other_across_languages(
    search: PassageSearch, question: str, language: str
) -> None:
    found = found_for(search, question, language)
    assert documents(found) == OUTLET
    assert any({"12 months", "6 mois"} == set(each.what.split(" / ")) for each in found)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How many days does a customer have to send an article back?", "en"),
        ("What does a return parcel cost?", "en"),
        ("Was kostet der Versand?", "de"),
        ("¿Hasta cuándo se puede devolver un regalo de Navidad?", "es"),
        ("保証期間はどのくらいですか？", "ja"),
    ],
)
def test_regional_differences_and_successive_versions_are_no_contradictions(
    search: PassageSearch, question: str, language: str
) -> None:
    for day in (TODAY, date(2025, 6, 1)):
        assert documents(found_for(search, question, language, day)) <= OUTLET


def test_two_papers_of_one_country_with_different_deadlines_contradict_each_other(make_passage: MakePassage) -> None:
    policy = make_passage(["A customer may send an article back within 45 days of delivery."])
    help_page = make_passage(
        ["Customers can send articles back within 30 days of delivery."], heading=("Sending back",)
    )
    (found,) = find_contradictions([policy, help_page])
    assert (found.first.chunk, found.second.chunk) == (policy.chunk, help_page.chunk)
    assert found.what == "45 days / 30 days"
    (beside,) = find_contradictions([policy], [help_page])
    assert beside.what == found.what


def test_the_same_deadline_in_other_words_is_none(make_passage: MakePassage) -> None:
    days = make_passage(["A customer may send an article back within 14 days of delivery."])
    weeks = make_passage(["A customer may send an article back within two weeks of delivery."])
    assert find_contradictions([days, weeks]) == []


def test_a_number_within_the_other_papers_range_is_none(make_passage: MakePassage) -> None:
    span = make_passage(["Articles with visible wear are reduced by 40–55 %."])
    one = make_passage(["Articles with visible wear are reduced by 50 %."])
    other = make_passage(["Articles with visible wear are reduced by 70 %."])
    assert find_contradictions([span, one]) == []
    assert [each.what for each in find_contradictions([span, other])] != []


@pytest.mark.parametrize(
    "changed",
    [
        {"countries": {"AT": 1.0}},
        {"document": "returns.md"},
        {"audience": "agent"},
        {"kind": "ticket", "customer_id": "C-1"},
    ],
    ids=["another country", "another version", "for another audience", "a ticket"],
)
def test_what_does_not_hold_together_cannot_contradict(make_passage: MakePassage, changed: dict[str, object]) -> None:
    unit = "A customer may send an article back within {} days of delivery."
    first = make_passage([unit.format(45)], countries={"DE": 1.0}, document="returns.md")
    same = make_passage([unit.format(30)], countries={"DE": 1.0})
    other = make_passage([unit.format(30)], **{"countries": {"DE": 1.0}, **changed})
    assert len(find_contradictions([first, same])) == 1
    assert find_contradictions([first, other]) == []


def test_rows_for_different_countries_do_not_contradict(make_passage: MakePassage) -> None:
    about = {"DE": 0.5, "AT": 0.5}
    germany = make_passage(["Country: Germany; Parcel label: 3.95 €"], countries=about)
    austria = make_passage(["Country: Austria; Parcel label: 4.50 €"], countries=about)
    dearer = make_passage(["Country: Germany; Parcel label: 4.95 €"], countries=about)
    assert find_contradictions([germany, austria]) == []
    assert [each.what for each in find_contradictions([germany, dearer])] == ["3.95 € / 4.95 €"]


def test_an_answer_from_one_of_them_has_the_other_beside_it_and_not_among_its_citations(
    make_passage: MakePassage,
) -> None:
    policy = make_passage(["A customer may send an article back within 45 days of delivery."])
    help_page = make_passage(["Customers can send articles back within 30 days of delivery."])
    composer = AnswerComposer("en")
    composer.found = Found([policy], [help_page])
    composer.show("45 days.", 0.9, [(policy, policy.chunk.units[0])])
    answer = composer.answer("answer")
    (found,) = answer.contradictions
    assert found.says == ("45 days", "30 days")
    assert (found.first,) == answer.citations
    assert (found.second.n, found.second.document) == (2, help_page.chunk.version.document_id)
    composer.withdraw()
    assert composer.answer("abstain").contradictions == ()


def test_an_answer_says_nothing_of_contradictions_between_documents_that_it_does_not_cite(
    make_passage: MakePassage,
) -> None:
    policy = make_passage(["A customer may send an article back within 45 days of delivery."])
    help_page = make_passage(["Customers can send articles back within 30 days of delivery."])
    shipping = make_passage(["Standard shipping to Switzerland costs 12.90 CHF."], title="Shipping")
    composer = AnswerComposer("en")
    composer.found = Found([policy, shipping, help_page], [])
    composer.show("12.90 CHF.", 0.9, [(shipping, shipping.chunk.units[0])])
    assert composer.answer("answer").contradictions == ()


def test_the_assistant_answers_with_what_contradicts_its_answer(sample: Knowledge) -> None:
    assistant = build_assistant(sample, Settings(model="quoting"))
    answer = answer_of(assistant, "How long is the guarantee on a used article from Merova Second in France?")
    assert answer.action == "answer"
    assert any({each.first.document, each.second.document} == OUTLET for each in answer.contradictions)
    cited = {citation.n: citation for citation in answer.citations}
    for each in answer.contradictions:
        assert all(cited.get(side.n, side) == side for side in (each.first, each.second))
