"""The parts of a passage's score."""

from __future__ import annotations

import pytest

from app.retrieval.scoring import COUNTRY_WEIGHT, Score, country_match, identifiers, telling


def test_a_document_half_about_the_named_country_fits_wholly_and_a_passing_mention_not_at_all() -> None:
    assert country_match({"TH"}, {"TH": 0.5, "JP": 0.5}) == 1.0
    assert country_match({"TH"}, {"TH": 0.25, "JP": 0.75}) == 0.5
    assert country_match({"TH"}, {"TH": 0.04, "JP": 0.96}) == 0.0
    assert country_match(set(), {"TH": 1.0}) == 0.0


def test_the_best_of_several_named_countries_counts() -> None:
    assert country_match({"VE", "ES"}, {"ES": 1.0}) == 1.0


def test_the_total_adds_the_country_to_the_similarities() -> None:
    near, nearer_by_country = Score(0.5, 0.4, 0.3, named=True), Score(0.5, 0.4, 0.3, country=1.0, named=True)
    assert nearer_by_country.total == pytest.approx(near.total + COUNTRY_WEIGHT)


def test_identifiers_are_codes_and_order_numbers_and_not_plain_words_or_numbers() -> None:
    found = identifiers("Lumo R2 zeigt E-17, Bestellung MV-DE-20481937, 45 Tage, kostenlos")
    assert found == {"r2", "e-17", "mv-de-20481937"}


def test_an_identifier_that_most_passages_hold_tells_nothing() -> None:
    passages = ["Bruna B1: F04 descale", *["Bruna B1 in general"] * 9]
    assert telling(identifiers("Bruna B1 F04"), passages) == {"f04"}
