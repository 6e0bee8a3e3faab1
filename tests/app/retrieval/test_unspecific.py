"""What agents ask first names no product, no country and no special case: the rule has to be among what is found."""

from __future__ import annotations

from datetime import date

import pytest

from app.retrieval.search import PassageSearch
from ingest.ledger.reading import Scope

TODAY = date(2026, 11, 23)
RULE, EXCEPTION = "group/returns-eu.md", "group/merova-second.html"
HOW_LONG_TO_RETURN = {
    "en": "How many days do I have to return a product?",
    "de": "Innerhalb von wie vielen Tagen kann ich ein Produkt zurückgeben?",
    "fr": "Combien de jours ai-je pour retourner un produit ?",
    "es": "¿Cuántos días tengo para devolver un producto?",
    "it": "Quanti giorni ho per restituire un prodotto?",
    "pl": "W ciągu ilu dni mogę zwrócić produkt?",
    "ar": "كم يومًا لدي لإرجاع منتج؟",
    "hi": "मैं कोई उत्पाद कितने दिनों में लौटा सकता हूँ?",
    "ja": "商品は何日以内に返品できますか。",
    "zh": "我有多少天可以退货？",
    "th": "ฉันมีเวลากี่วันในการคืนสินค้า",
    "ro": "În câte zile pot returna un produs?",
    "cs": "Do kolika dnů mohu vrátit zboží?",
    "ru": "В течение скольких дней я могу вернуть товар?",
}


@pytest.mark.parametrize("language", HOW_LONG_TO_RETURN)
def test_the_rule_is_among_the_first_three_passages(search: PassageSearch, language: str) -> None:
    found = search.search(HOW_LONG_TO_RETURN[language], language, Scope(TODAY), 8)
    assert RULE in [passage.chunk.version.document_id for passage in found[:3]]


def test_the_exception_stands_first_where_it_is_asked_for(search: PassageSearch) -> None:
    for language, question in (
        ("en", "How many days do I have to return an outlet item from Merova Second?"),
        ("de", "Wie lange kann ich Outlet-Ware von Merova Second zurückgeben?"),
        ("ja", "Merova Secondのアウトレット商品は何日以内に返品できますか。"),
    ):
        first, *_ = search.search(question, language, Scope(TODAY), 8)
        assert first.chunk.version.document_id == EXCEPTION, language
