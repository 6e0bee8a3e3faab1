"""A written sentence rests on the sentence that says the same, not on a neighbour that is about the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.retrieval.resting import WrittenSentence, nearest_unit
from ingest.embedding.centring import CentredEmbedder
from tests.app.retrieval.conftest import MakePassage

SHIPPING = (
    "Der Standardversand in die Schweiz kostet 12,90 CHF.",
    "Ab einem Bestellwert von 150 CHF ist der Versand kostenlos.",
    "Die Lieferung dauert 3 bis 5 Werktage.",
)


@pytest.mark.parametrize(
    ("written", "language", "unit"),
    [
        ("Ab 150 CHF kostet der Versand nichts.", "de", 1),
        ("Shipping to Switzerland costs 12.90 CHF.", "en", 0),
        ("Delivery takes three to five working days.", "en", 2),
        ("スイスへの配送料は12.90フランです。", "ja", 0),
        ("يستغرق التسليم من 3 إلى 5 أيام عمل.", "ar", 2),
        ("150 フラン以上のご注文は送料無料です。", "ja", 1),
    ],
)
def test_the_nearest_sentence_is_the_one_that_says_it(
    make_passage: MakePassage, embedder: CentredEmbedder, written: str, language: str, unit: int
) -> None:
    passage = make_passage(SHIPPING, title="Versandkosten", language="de")
    assert nearest_unit(passage, WrittenSentence.of(written, language, embedder)).text == SHIPPING[unit]


def test_without_kept_tokens_the_vectors_decide(make_passage: MakePassage, embedder: CentredEmbedder) -> None:
    passage = replace(make_passage(SHIPPING, language="de"), vectors=None)
    written = WrittenSentence.of(SHIPPING[2], "de", embedder)
    assert nearest_unit(passage, written).text == SHIPPING[2]


def test_a_passage_holds_a_sentence_against_its_clauses(make_passage: MakePassage, embedder: CentredEmbedder) -> None:
    first = "Books can be returned, but opened software is destroyed."
    passage = make_passage((first, SHIPPING[2]), title="Returns", language="en")
    units = [["Books can be returned, ", "but opened software is destroyed."], [SHIPPING[2]]]
    rows = passage.clause_cosines(["Delivery takes 3 to 5 days, ", "opened software is destroyed."], "en", units)
    assert rows is not None
    assert [each.shape[1] for each in rows] == [4, 4]
    whole = "Delivery takes 3 to 5 days, opened software is destroyed."
    assert sum(map(len, rows)) == sum(embedder.count_tokens([whole]))
    assert [int(each[:, 1:].mean(axis=0).argmax()) for each in rows] == [2, 1]


def test_a_passage_without_kept_tokens_has_no_clause_cosines(make_passage: MakePassage) -> None:
    passage = replace(make_passage(SHIPPING, language="de"), vectors=None)
    assert passage.clause_cosines(["Ein Satz."], "de", [[unit] for unit in SHIPPING]) is None
