"""Every part of a passage's score, and of its sentences'."""

from __future__ import annotations

import numpy as np
import pytest

from app.retrieval.asked import Asked
from app.retrieval.rating import Candidate, Rating, rate
from app.retrieval.scoring import OWN_LANGUAGE_WEIGHT
from ingest.chunk_embedding import Wording, embed_chunks
from ingest.embedding.centring import CentredEmbedder

UNITS = {
    "shipping": ["Standard shipping to Austria costs 9.90 euros.", "It takes three working days."],
    "codes": ["Code: E-17; Meaning: The water tank is empty", "Code: E-23; Meaning: The blade is blocked"],
    "gifts": [
        "Standard shipping to Austria is by lorry.",
        "It takes three working days.",
        "Every card is blank inside.",
        "Ribbons come in red and blue.",
    ],
    "returns": ["An article may be sent back within 45 days.", "The refund arrives within a week."],
}


def candidate(
    embedder: CentredEmbedder,
    name: str,
    language: str = "en",
    about: dict[str, float] | None = None,
    title: str | None = None,
) -> Candidate:
    (vectors,), _ = embed_chunks(embedder, [Wording("en", name if title is None else title, UNITS[name])])
    return Candidate(UNITS[name], language, vectors, about or {})


def rated(embedder: CentredEmbedder, question: str, language: str, *candidates: Candidate) -> list[Rating]:
    return rate(Asked.of(question, language, embedder), candidates)


def test_what_answers_is_rated_above_the_rest_by_each_part(embedder: CentredEmbedder) -> None:
    shipping, returns = (candidate(embedder, name) for name in ("shipping", "returns"))
    near, far = rated(embedder, "Was kostet der Versand nach Österreich?", "de", shipping, returns)
    assert near.score.chunk > far.score.chunk
    assert near.score.unit > far.score.unit
    assert near.score.tokens > far.score.tokens
    price, days = near.units
    assert price.total > days.total


def test_a_question_whose_subject_is_there_but_not_what_is_asked_of_it_is_held_less_well(
    embedder: CentredEmbedder,
) -> None:
    answered, beside = (
        rated(embedder, question, "en", candidate(embedder, "shipping"))[0].score
        for question in ("What does shipping to Austria cost?", "Which customs form does shipping to Austria need?")
    )
    assert answered.least > beside.least + 0.1
    assert answered.least <= answered.tokens


def test_a_sentence_is_read_between_its_neighbours_and_no_further(embedder: CentredEmbedder) -> None:
    (found,) = rated(embedder, "How long does shipping to Austria take?", "en", candidate(embedder, "gifts"))
    lorry, days, cards, ribbons = found.units
    assert all(unit.around >= unit.tokens for unit in found.units)
    assert days.around > days.tokens + 0.05  # the one before names what is shipped, and where to
    assert min(lorry.around, days.around) > ribbons.around + 0.05
    assert days.total == max(unit.total for unit in (days, cards, ribbons))


@pytest.mark.parametrize(
    ("language", "unspecific", "specific"),
    [
        ("en", "How many days do I have to return an article?", "How many days do I have to return outlet goods?"),
        ("de", "Wie lange kann ich etwas zurückgeben?", "Wie lange kann ich etwas aus dem Outlet zurückgeben?"),
    ],
)
def test_a_special_case_stands_before_the_rule_only_where_it_is_asked_for(
    embedder: CentredEmbedder, language: str, unspecific: str, specific: str
) -> None:
    rule, special = (
        candidate(embedder, "returns", title=title)
        for title in ("Returns and refunds", "Second-hand from the outlet: returns")
    )
    first, second = (each.score for each in rated(embedder, unspecific, language, rule, special))
    assert first.context > second.context
    assert first.total > second.total
    first, second = (each.score for each in rated(embedder, specific, language, rule, special))
    assert first.total < second.total


def test_a_passage_without_a_title_stands_among_the_others(embedder: CentredEmbedder) -> None:
    titles = ("", "Returns", "The history of the lighthouse")
    plain, named, other = rated(
        embedder, "How long can I return it?", "en", *(candidate(embedder, "returns", title=title) for title in titles)
    )
    assert named.score.context > plain.score.context > other.score.context


def test_words_count_in_the_questions_own_language_only(embedder: CentredEmbedder) -> None:
    ours, theirs = (candidate(embedder, "returns", language) for language in ("en", "de"))
    first, second = rated(embedder, "Within how many days may an article be sent back?", "en", ours, theirs)
    assert first.score.words > 0.5
    assert second.score.words == 0
    assert first.units[0].words > first.units[1].words


def test_a_code_counts_for_the_row_that_has_it_in_any_language(embedder: CentredEmbedder) -> None:
    others = [candidate(embedder, name) for name in ("shipping", "returns", "shipping", "returns")]
    codes, *rest = rated(embedder, "¿Qué significa E-23?", "es", candidate(embedder, "codes"), *others)
    assert codes.score.identifiers == 1
    assert [unit.codes for unit in codes.units] == [frozenset(), frozenset({"e-23"})]
    assert all(each.score.identifiers == 0 for each in rest)


def test_a_part_of_a_passage_never_matches_better_than_the_whole(embedder: CentredEmbedder) -> None:
    for each in rated(embedder, "refund", "en", *(candidate(embedder, name) for name in UNITS)):
        assert max(unit.tokens for unit in each.units) <= each.score.tokens + 1e-6


def test_a_country_counts_where_the_question_names_it(embedder: CentredEmbedder) -> None:
    austria = candidate(embedder, "shipping", about={"AT": 1.0})
    (named,) = rated(embedder, "What does shipping to Austria cost?", "en", austria)
    (unnamed,) = rated(embedder, "What does shipping cost?", "en", austria)
    assert (named.score.country, named.score.named) == (1.0, True)
    assert (unnamed.score.country, unnamed.score.named) == (0.0, False)


def test_of_two_passages_that_match_alike_the_one_in_another_language_is_rated_higher(
    embedder: CentredEmbedder,
) -> None:
    ours, theirs = (candidate(embedder, "returns", language) for language in ("en", "de"))
    first, second = rated(embedder, "erstattung", "en", ours, theirs)
    assert first.score.tokens == second.score.tokens
    assert (first.score.own_language, second.score.own_language) == (True, False)
    assert first.score.total == pytest.approx(second.score.total + OWN_LANGUAGE_WEIGHT)


def test_a_question_without_tokens_and_no_candidates_are_no_error(embedder: CentredEmbedder) -> None:
    nothing = np.zeros((0, embedder.dimension), np.float32)
    asked = Asked("", "en", np.zeros(embedder.dimension, np.float32), nothing, frozenset())
    (found,) = rate(asked, [candidate(embedder, "returns")])
    assert found.score.total == pytest.approx(OWN_LANGUAGE_WEIGHT)
    assert rate(asked, []) == []
