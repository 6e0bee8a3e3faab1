"""Whether the store holds, record by record, what the ledger says; and mending it where it does not.

The ledger keeps the text and the chunks of every version, so whatever a store lost can be made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ingest.ledger.collections import Collections
from ingest.ledger.shelving import Shelving
from ingest.ledger.tables import LIVE, PAST
from ingest.lexical import Entry, entry_digest
from ingest.shelves import Shelves
from ingest.texts import EmbeddedText, is_chunk

if TYPE_CHECKING:
    from ingest.store.vectors import Record

_PAGE = 1_000
_NORM_TOLERANCE = 1e-3
Index = Literal["vector", "lexical"]
Fault = Literal["missing", "surplus", "other-text", "no-vector", "damaged"]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One record that is not as the ledger says."""

    shelf: str
    index: Index
    fault: Fault
    record_id: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification looked at, found, and mended."""

    records: int
    found: tuple[Discrepancy, ...]
    repaired: int = 0

    @property
    def is_sound(self) -> bool:
        return len(self.found) == self.repaired


class Verifier:
    """Compares both shelves with the ledger. The caller holds the writer's lock."""

    def __init__(self, shelves: Shelves, shelving: Shelving, collections: Collections) -> None:
        self._shelves = shelves
        self._shelving = shelving
        self._collections = collections

    def verify(self, repair: bool = False, progress: Callable[[int], None] = lambda _records: None) -> Report:
        """Look at every record.

        :param progress: called with the number of records looked at since the last call.
        """
        found: list[Discrepancy] = []
        records = 0
        for shelf in (LIVE, PAST):
            owned = self._shelving.owned(shelf, self._shelves.name)
            records += len(owned)
            faults = list(self._faults(shelf, owned, progress))
            if repair and faults:
                self._repair(shelf, faults)
            found += faults
        return Report(records, tuple(found), len(found) if repair else 0)

    def _faults(self, shelf: str, owned: dict[str, str], progress: Callable[[int], None]) -> Iterator[Discrepancy]:
        collection, index = self._shelves.on(shelf)
        words = index.digests()
        ids = list(collection.ids())
        missing: Fault = "missing"
        surplus: Fault = "surplus"
        for fault, wrong in ((missing, owned.keys() - set(ids)), (surplus, set(ids) - owned.keys())):
            yield from (Discrepancy(shelf, "vector", fault, id) for id in sorted(wrong))
        chunks = {id for id in owned if is_chunk(id)}
        for fault, wrong in ((missing, chunks - words.keys()), (surplus, words.keys() - chunks)):
            yield from (Discrepancy(shelf, "lexical", fault, id) for id in sorted(wrong))
        yield from (Discrepancy(shelf, "lexical", "damaged", id) for id in index.damaged() if id in chunks)
        present = [id for id in ids if id in owned]
        for at in range(0, len(present), _PAGE):
            records = collection.get(present[at : at + _PAGE])
            for record in records:
                found = _fault(record, owned[record.id])
                if found:
                    yield Discrepancy(shelf, "vector", found, record.id)
                if found != "other-text" and words.get(record.id, "") not in ("", _entry_digest(record)):
                    yield Discrepancy(shelf, "lexical", "other-text", record.id)
            progress(len(records))

    def _repair(self, shelf: str, faults: Sequence[Discrepancy]) -> None:
        collection, index = self._shelves.on(shelf)
        if any(each.fault == "damaged" for each in faults):
            index.rebuild()
        collection.delete(each.record_id for each in faults if each.index == "vector")
        index.delete(each.record_id for each in faults if each.index == "lexical")
        wanting = [each.record_id for each in faults if each.fault != "surplus"]
        for version_id in self._shelving.owners(wanting, shelf):
            version = self._collections.version(version_id)
            self._shelves.write([(version.key, version.title, version.chunks)], shelf)


def _fault(record: Record, digest: str) -> Fault | None:
    import numpy as np

    stored = EmbeddedText(record.id, "", "unit", str(record.metadata.get("language")), record.text)
    if digest and stored.digest != digest:  # no digest: written by a version of polydesk that kept none
        return "other-text"
    norm = float(np.linalg.norm(record.vector)) if record.vector.size else 0.0
    return None if abs(norm - 1.0) < _NORM_TOLERANCE else "no-vector"


def _entry_digest(record: Record) -> str:
    return entry_digest(Entry(record.id, str(record.metadata.get("language")), record.text))
