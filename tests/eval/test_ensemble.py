"""The comparison: LangChain's EnsembleRetriever over passages in memory."""

from __future__ import annotations

import numpy as np
import pytest

from eval import ensemble as module
from eval.corpus_homes import StoredPassage
from eval.ensemble import KeptVectors, can_compare, ensemble, words
from eval.errors import EvalUserError
from ingest.embedding.centring import CentredEmbedder
from tests.support.hashed_embedder import HashedEmbedder

needs_packages = pytest.mark.skipif(not can_compare(), reason="the packages of polydesk[compare] are not installed")
PASSAGES = [
    StoredPassage("1:0", "returns", "Mattresses can be sent back within thirty days"),
    StoredPassage("1:1", "returns", "The parcel label is in the box"),
    StoredPassage("2:0", "shipping", "Mattresses are shipped within five days"),
    StoredPassage("3:0", "warranty", "Lamps: two years of warranty"),
    # BM25 takes a word for worthless that half of the passages hold.
    StoredPassage("4:0", "invoices", "Invoices come by letter"),
    StoredPassage("5:0", "opening", "Leeds opens at nine"),
]


@needs_packages
def test_documents_come_once_in_the_order_of_their_best_passage() -> None:
    with ensemble(PASSAGES, KeptVectors(HashedEmbedder()), depth=6) as search:
        found = search("Within how many days can mattresses be sent back?")
    assert found[:2] == ["returns", "shipping"]
    assert sorted(found) == sorted(set(found))


@needs_packages
def test_one_corpus_knows_nothing_of_another() -> None:
    vectors = KeptVectors(HashedEmbedder())
    with ensemble(PASSAGES[:2], vectors, 4) as first, ensemble(PASSAGES[2:], vectors, 4) as second:
        assert set(first("warranty of lamps")) == {"returns"}
        assert second("warranty of lamps")[0] == "warranty"


def test_a_text_is_embedded_once_for_each_use(embedder: CentredEmbedder) -> None:
    embedded: list[int] = []
    vectors = KeptVectors(embedder.embedder)
    vectors.embed(["a", "b", "a"], "passage", embedded.append)
    vectors.embed(["b"], "passage", embedded.append)
    assert sum(embedded) == 2
    assert vectors.embed(["b"], "query", embedded.append) != vectors.embed(["b"], "passage")
    assert sum(embedded) == 3


def test_the_vectors_are_those_of_the_model_with_its_languages_in_them(embedder: CentredEmbedder) -> None:
    texts = ["Rückgabe binnen 30 Tagen", "Returns within 30 days", "Die Lampe leuchtet"]
    raw = np.array(KeptVectors(embedder.embedder).embed(texts, "passage"))
    centred = embedder.embed(texts, ["de", "en", "de"], "passage")
    assert raw[0] @ raw[2] > 0.75 > centred[0] @ centred[2]
    assert np.linalg.norm(raw, axis=1) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wie lange? 14 Tage (E-17)", ["wie", "lange", "14", "tage", "e", "17"]),
        ("退货期限 NFL", ["退货", "货期", "期限", "nfl"]),
        ("NFL中文", ["nfl", "中文"]),
        ("वापसी की अवधि", ["वापसी", "की", "अवधि"]),
        ("เท", ["เท"]),
    ],
)
def test_words_of_every_script_can_be_matched(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_a_missing_package_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == "rank_bm25" else object())
    with pytest.raises(EvalUserError, match=r"needs rank-bm25: run `pip install 'polydesk\[compare\]'`"):
        module.require_packages()
