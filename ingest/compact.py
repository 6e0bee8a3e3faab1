"""Rebuild the store beside the live one and switch to it, because an index does not shrink by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.errors import StoreError
from ingest.knowledge import Knowledge
from ingest.ledger.collections import Collections, first_name, past_name
from ingest.ledger.shelving import Shelving
from ingest.ledger.tables import LIVE, PAST

if TYPE_CHECKING:
    from ingest.store import StoreConnection
    from ingest.store.vectors import VectorCollection

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Compacted:
    """The new collection, and how many records went into it."""

    collection: str
    records: int


def compact(knowledge: Knowledge, progress: Callable[[int], None] = lambda _records: None) -> Compacted | None:
    """Copy what the ledger owns into a new collection, send readers there and delete the old one.

    The caller holds the writer's lock. A compaction that dies on the way leaves readers where they are, and the
    next one begins anew. Returns None where nothing was published yet.

    :param progress: called with the number of records copied since the last call.
    :raises StoreError: the store lacks records; ``polydesk documents verify --repair`` mends that first.
    """
    collections, shelving = Collections(knowledge.engine), Shelving(knowledge.engine)
    old = collections.live()
    if old is None:
        return None
    name = _free_name(knowledge.store, old.fingerprint, old.name)
    collections.ensure(name, old.model, old.fingerprint)
    copied = 0
    for shelf, source, target in ((LIVE, old.name, name), (PAST, past_name(old.name), past_name(name))):
        owned = list(shelving.owned(shelf, old.name))
        copied += _copy(knowledge.store.collection(source), knowledge.store.collection(target), owned, progress)
    collections.switch(name, moved_from=old.name)
    for index in (knowledge.words.live, knowledge.words.past):
        index.optimise()
    for each in {old.name, past_name(old.name)} & set(knowledge.store.list_collections()):
        knowledge.store.delete_collection(each)
    collections.forget(old.name)
    return Compacted(name, copied)


def _copy(
    source: VectorCollection, target: VectorCollection, ids: Sequence[str], progress: Callable[[int], None]
) -> int:
    for at in range(0, len(ids), _PAGE):
        page = ids[at : at + _PAGE]
        records = source.get(page)
        if len(records) != len(page):
            raise StoreError(
                f"the store lacks {len(page) - len(records)} of its records: "
                "run `polydesk documents verify --repair`, then compact again"
            )
        target.add(records)
        progress(len(records))
    return len(ids)


def _free_name(store: StoreConnection, fingerprint: str, in_use: str) -> str:
    """A name for the new collection; what a compaction that died left under it is deleted."""
    base = first_name(fingerprint)
    name = next(name for name in (base, f"{base}-2") if name != in_use)
    for each in {name, past_name(name)} & set(store.list_collections()):
        store.delete_collection(each)
    return name
