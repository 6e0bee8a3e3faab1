"""Whether the store holds, record by record, what the ledger says; and mending it where it does not.

The ledger keeps the text and the chunks of every version, so whatever a store lost can be made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ingest.chunk_vectors import ChunkVectors
from ingest.ledger.collections import Collections
from ingest.ledger.shelving import Shelving
from ingest.ledger.tables import LIVE, PAST
from ingest.lexical import entry_digest
from ingest.paging import pages
from ingest.shelves import Shelves, entry_of
from ingest.texts import text_digest

if TYPE_CHECKING:
    from ingest.store.vectors import Record

_PAGE = 1_000
_VERSIONS = 50  # written at once
_TOLERANCE = 1e-3  # of a component, which Chroma rounds when it gives it back
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
                self._repair(shelf, faults, owned)
            found += faults
        return Report(records, tuple(found), len(found) if repair else 0)

    def _faults(self, shelf: str, owned: dict[str, str], progress: Callable[[int], None]) -> Iterator[Discrepancy]:
        on = self._shelves.on(shelf)
        words = on.words.digests()
        ids = list(on.vectors.ids())
        indexes: tuple[tuple[Index, set[str]], ...] = (("vector", set(ids)), ("lexical", set(words)))
        for index, there in indexes:
            yield from (Discrepancy(shelf, index, "missing", id) for id in sorted(owned.keys() - there))
            yield from (Discrepancy(shelf, index, "surplus", id) for id in sorted(there - owned.keys()))
        yield from (Discrepancy(shelf, "lexical", "damaged", id) for id in on.words.damaged() if id in owned)
        for page in pages([id for id in ids if id in owned], _PAGE):
            records = on.vectors.get(page)
            kept = self._shelves.kept.get(owned[record.id] for record in records)
            for record in records:
                found = _fault(record, owned[record.id], kept.get(owned[record.id]))
                if found:
                    yield Discrepancy(shelf, "vector", found, record.id)
                if found != "other-text" and words.get(record.id, "") not in ("", entry_digest(entry_of(record))):
                    yield Discrepancy(shelf, "lexical", "other-text", record.id)
            progress(len(records))

    def _repair(self, shelf: str, faults: Sequence[Discrepancy], owned: dict[str, str]) -> None:
        on = self._shelves.on(shelf)
        if any(each.fault == "damaged" for each in faults):
            on.words.rebuild()
        on.vectors.delete(each.record_id for each in faults if each.index == "vector")
        on.words.delete(each.record_id for each in faults if each.index == "lexical")
        # Where record and ledger differ nothing says which of them is right.
        self._shelves.kept.drop(owned[each.record_id] for each in faults if each.fault == "no-vector")
        wanting = [each.record_id for each in faults if each.fault != "surplus"]
        for group in pages(self._shelving.owners(wanting, shelf), _VERSIONS):
            versions = [self._collections.version(version_id) for version_id in group]
            self._shelves.write([(each.key, each.title, each.chunks) for each in versions], shelf)


def _fault(record: Record, digest: str, kept: ChunkVectors | None) -> Fault | None:
    import numpy as np

    language, units = str(record.metadata.get("language")), int(record.metadata.get("units") or 0)
    if digest and text_digest(language, units, record.text) != digest:  # none: of a version that kept no digests
        return "other-text"
    if kept is None or len(kept.units) != units or record.vector.shape != kept.whole.shape:
        return "no-vector"
    return None if float(np.abs(record.vector - kept.whole).max()) < _TOLERANCE else "no-vector"
