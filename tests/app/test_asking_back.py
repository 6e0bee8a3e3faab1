"""Where the answer depends on a country that nobody named, it is asked for; where it does not, nobody is bothered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.asking_back import asked_back, countries_meant
from app.assistant import Assistant, build_assistant
from app.retrieval.passages import Passage
from app.retrieval.scoring import Score
from app.retrieval.validity import countries_named
from app.settings import Settings
from ingest.knowledge import open_knowledge
from prompts.library import languages
from tests.app.conftest import answer_of
from tests.app.passages import passage

GERMAN, JAPANESE, MEXICAN = {"DE": 1.0}, {"JP": 1.0}, {"MX": 1.0}
COMPANY = dict.fromkeys(("DE", "FR", "IT", "ES", "NL"), 0.2)


def paper(name: str, countries: Mapping[str, float], score: float = 0.5, *, named: bool = False) -> Passage:
    plain = passage(["One year."], document=name)
    version = replace(plain.chunk.version, details={"countries": dict(countries)})
    score_of = Score(score, score, score, named=named)
    return replace(plain, chunk=replace(plain.chunk, version=version), score=score_of)


def test_two_papers_for_different_countries_leave_open_which_is_meant() -> None:
    found = [paper("garantie", GERMAN, 0.50), paper("hoshou", JAPANESE, 0.52)]
    assert countries_meant(found) == ["JP", "DE"]


@pytest.mark.parametrize(
    "found",
    [
        pytest.param([], id="nothing was found"),
        pytest.param([paper("a", GERMAN, named=True), paper("b", JAPANESE, named=True)], id="the question names one"),
        pytest.param([paper("a", GERMAN), paper("b", COMPANY)], id="one for a country, one for all"),
        pytest.param([paper("a", GERMAN), paper("b", {})], id="one for a country, one that names none"),
        pytest.param([paper("a", GERMAN), paper("b", {"DE": 0.5, "AT": 0.5})], id="a country that has them all"),
        pytest.param([paper("a", GERMAN, 0.6), paper("b", JAPANESE, 0.4)], id="the other is far behind"),
        pytest.param([paper("a", GERMAN), paper("a", GERMAN)], id="one paper twice"),
        pytest.param(
            [paper("c", COMPANY, 0.52), paper("a", GERMAN), paper("b", JAPANESE)], id="the nearest is for all of them"
        ),
    ],
)
def test_otherwise_it_does_not_matter(found: list[Passage]) -> None:
    assert countries_meant(found) == []
    assert asked_back("How long is the warranty?", "en", found) is None


def at_home(name: str, countries: Mapping[str, float], score: float) -> Passage:
    """A paper in the language of the question."""
    plain = paper(name, countries, score)
    return replace(plain, score=replace(plain.score, own_language=True))


def test_papers_in_the_language_of_the_question_are_meant_first_wherever_they_were_found() -> None:
    found = [paper("versand", GERMAN, 0.61), paper("kargo", {"TR": 1.0}, 0.60)]
    assert countries_meant(found, [at_home("envios", MEXICAN, 0.62)]) == ["MX", "DE", "TR"]
    assert countries_meant(found[:1], [at_home("envios", MEXICAN, 0.60)]) == ["DE", "MX"]
    assert countries_meant(found, [at_home("envios", MEXICAN, 0.50)]) == ["DE", "TR"]
    assert countries_meant(found[:1], [at_home("envios", COMPANY, 0.62)]) == []


def test_what_a_customer_was_told_is_no_paper_for_a_country() -> None:
    earlier = paper("ticket", JAPANESE)
    told = replace(earlier.chunk.version, kind="ticket", customer_id="C-1")
    earlier = replace(earlier, chunk=replace(earlier.chunk, version=told))
    assert earlier.is_history
    assert countries_meant([paper("garantie", GERMAN), earlier]) == []


@pytest.mark.parametrize("language", sorted(languages()))
def test_each_choice_asks_for_its_country_in_the_language_of_the_question(language: str) -> None:
    found = [paper("garantie", GERMAN), paper("hoshou", JAPANESE), paper("kargo", {"TR": 1.0})]
    asked = asked_back("?", language, found)
    assert asked is not None
    assert len({choice.label for choice in asked.choices}) == 3
    for choice in asked.choices:
        assert choice.label in choice.question
        assert choice.country in countries_named(choice.question, language)


@contextmanager
def opened(home: Path) -> Iterator[Assistant]:
    settings = Settings(home=home, model="quoting")
    with open_knowledge(settings) as knowledge:
        yield build_assistant(knowledge, settings)


def test_whoever_chooses_is_answered_from_the_papers_of_that_country(sample_home: Path) -> None:
    with opened(sample_home) as assistant:
        for question in ("How long is the warranty?", "Wie lange habe ich Garantie?", "保証期間はどのくらいですか？"):
            first = answer_of(assistant, question)
            asked = first.asked_back
            assert asked is not None, question
            assert (first.answer == asked.text) == (first.action == "abstain") == ("country-open" in first.reasons)
            choices = {choice.country: choice for choice in asked.choices}
            assert {"DE", "JP"} <= choices.keys()
            for country, folder in (("DE", "germany/"), ("JP", "japan/")):
                answer = answer_of(assistant, choices[country].question)
                assert answer.asked_back is None
                assert answer.citations[0].document.startswith(folder), (question, country)


def test_what_shipping_costs_depends_on_the_country_in_every_language(sample_home: Path) -> None:
    with opened(sample_home) as assistant:
        for question, home in (
            ("How much is shipping?", "GB"),
            ("¿Cuánto cuesta el envío?", "MX"),
            ("Was kostet der Versand?", "DE"),
            ("Ile kosztuje wysyłka?", "PL"),
            ("Quanto costa la spedizione?", "IT"),
            ("送料はいくらですか？", "JP"),
            ("运费多少钱？", "CN"),
            ("كم تكلفة الشحن؟", "AE"),
        ):
            asked = answer_of(assistant, question).asked_back
            assert asked is not None, question
            assert home in {choice.country for choice in asked.choices}, question


def test_nobody_is_asked_back_about_what_has_nothing_to_do_with_it(sample_home: Path) -> None:
    with opened(sample_home) as assistant:
        for question in (
            "Who wrote Pride and Prejudice?",  # no paper answers it
            "Mi Lumo R2 se ha parado y pone E-17, ¿qué tengo que hacer?",  # one does, for all countries
            "Was kostet der Versand nach Österreich?",
        ):
            assert answer_of(assistant, question).asked_back is None, question
