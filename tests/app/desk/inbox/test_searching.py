"""The very words are found first, whoever left out an accent; then what means the same; and nothing stale."""

from __future__ import annotations

import numpy as np

from app.conversations.sessions import Sessions
from app.desk.inbox.searching import TicketSearch
from app.desk.inbox.store import TicketStore
from app.desk.inbox.vectors import TicketVectors
from app.errors import AppUserError
from ingest.embedding.centring import CentredEmbedder
from tests.app.desk.inbox.conftest import Take, made
from tests.support.hashed_embedder import hashed

TEXTS = {
    "T-1": "Die Rückerstattung fehlt",
    "T-2": "返金されません",
    "T-3": "refund parcel refund",
    "T-4": "Où est mon colis ?",
}


def numbers(store: TicketStore, ids: object) -> list[str]:
    assert isinstance(ids, tuple)
    return [store.get(each).number for each in ids]


def searched(sessions: Sessions, take: Take) -> TicketSearch:
    model = hashed()
    ids = [take(made(number, text, subject="")) for number, text in TEXTS.items()]
    vectors = model.embed(list(TEXTS.values()), ["en"] * len(TEXTS), "query")
    TicketVectors(sessions).keep(ids, ["d"] * len(ids), np.asarray(vectors), model.fingerprint)
    return TicketSearch(sessions, lambda: model)


def test_words_numbers_and_customers_are_found_in_any_writing(
    sessions: Sessions, store: TicketStore, take: Take
) -> None:
    search = searched(sessions, take)
    for text, first in (
        ("ruckerstattung", "T-1"), ("RÜCKERSTATTUNG fehlt", "T-1"), ("返金", "T-2"), ("T-4", "T-4"),
        ("ou colis", "T-4"),
    ):  # fmt: skip
        found = search.find(text)
        assert numbers(store, found.ids)[:1] == [first], text
        assert found.exact == 1 and not found.by_words_only
    assert set(numbers(store, search.find("c-1").ids)) == set(TEXTS)
    assert search.find("  ").ids == ()


def test_what_is_alike_comes_behind_the_very_words(sessions: Sessions, store: TicketStore, take: Take) -> None:
    found = searched(sessions, take).find("refund parcel please")
    assert (numbers(store, found.ids), found.exact) == (["T-3"], 0)


def test_what_is_new_or_changed_is_found_at_once(sessions: Sessions, store: TicketStore, take: Take) -> None:
    search = searched(sessions, take)
    assert search.find("zeppelin").ids == ()
    at = take(made("T-9", "A zeppelin, please"))
    assert numbers(store, search.find("zeppelin").ids) == ["T-9"]
    store.add_message(at, "The dirigible is out.", "Ana")
    assert numbers(store, search.find("dirigible").ids) == ["T-9"]
    take(made("T-9", "A balloon, please"))
    assert search.find("zeppelin").ids == ()


def test_without_the_embedding_model_the_words_are_still_found(
    sessions: Sessions, store: TicketStore, take: Take
) -> None:
    def broken() -> CentredEmbedder:
        raise AppUserError("no model")

    searched(sessions, take)
    found = TicketSearch(sessions, broken).find("colis")
    assert (numbers(store, found.ids), found.by_words_only) == (["T-4"], True)
