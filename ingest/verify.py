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
from ingest.shelves import Shelves
from ingest.texts import EmbeddedText

if TYPE_CHECKING:
    from ingest.store.vectors import Record, VectorCollection

_PAGE = 1_000
_NORM_TOLERANCE = 1e-3
Fault = Literal["missing", "surplus", "other-text", "no-vector"]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One record that is not as the ledger says."""

    shelf: str
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
        for shelf, collection in ((LIVE, self._shelves.live), (PAST, self._shelves.past)):
            owned = self._shelving.owned(shelf, self._shelves.name)
            records += len(owned)
            faults = [Discrepancy(shelf, fault, id) for fault, id in _faults(owned, collection, progress)]
            if repair and faults:
                self._repair(shelf, collection, faults)
            found += faults
        return Report(records, tuple(found), len(found) if repair else 0)

    def _repair(self, shelf: str, collection: VectorCollection, faults: Sequence[Discrepancy]) -> None:
        wrong = [each.record_id for each in faults]
        collection.delete(wrong)
        for version_id in self._shelving.owners([each.record_id for each in faults if each.fault != "surplus"], shelf):
            version = self._collections.version(version_id)
            self._shelves.write([(version.key, version.title, version.chunks)], shelf)


def _faults(
    owned: dict[str, str], collection: VectorCollection, progress: Callable[[int], None]
) -> Iterator[tuple[Fault, str]]:
    ids = list(collection.ids())
    yield from (("missing", id) for id in sorted(owned.keys() - set(ids)))
    yield from (("surplus", id) for id in sorted(set(ids) - owned.keys()))
    present = [id for id in ids if id in owned]
    for at in range(0, len(present), _PAGE):
        records = collection.get(present[at : at + _PAGE])
        for record in records:
            fault = _fault(record, owned[record.id])
            if fault:
                yield fault, record.id
        progress(len(records))


def _fault(record: Record, digest: str) -> Fault | None:
    import numpy as np

    stored = EmbeddedText(record.id, "", "unit", str(record.metadata.get("language")), record.text)
    if digest and stored.digest != digest:  # no digest: written by a version of polydesk that kept none
        return "other-text"
    norm = float(np.linalg.norm(record.vector)) if record.vector.size else 0.0
    return None if abs(norm - 1.0) < _NORM_TOLERANCE else "no-vector"
