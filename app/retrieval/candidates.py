"""The chunks worth scoring for a question: near in meaning, by words, of the countries it names, of the customer.

What the asker may not read is left out by the ledger's own conditions; the vector store knows nothing of them, so it
is asked for more where too few of its hits are left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from app.retrieval.asked import Asked
from app.retrieval.countries import CountryIndex
from ingest.ledger.reading import LedgerReader, Scope, StoredChunk
from ingest.shelves import Shelf
from ingest.texts import version_key
from ingest.views import View

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors

_HITS = 64  # first look; more when too few of them are live for the asker
_NEAR = 48  # of them, live ones; with 64 six questions of 10,000 more have the right passage first (`xquad/mixed`)
_ENOUGH = 40  # of which no more are looked for further away
_BY_WORDS = 16
_OF_COUNTRIES = 32
_OF_CUSTOMER = 16
_MOST_KEYS = 400  # versions in one filter of the store; beyond that a wide look and a narrow choice is faster
_WIDE = 1024
_LOOK = 4 * _HITS
# Chunks whose vectors the ledger gives sooner than the store finds them: it walks far to find the few of a filter.
_FEW = 200


class Candidates:
    """Finds the candidates for one question on the shelves of one view."""

    def __init__(self, reader: LedgerReader, about: CountryIndex, view: View, asked: Asked, scope: Scope) -> None:
        self._reader = reader
        self._about = about
        self._shelves: Sequence[Shelf] = view.shelves(scope.as_of)
        self._vectors = view.vectors
        self._asked = asked
        self._scope = scope

    def find(self) -> list[StoredChunk]:
        """All of them, each once."""
        near = self._query(_HITS)
        singled_out = [*self._by_words(), *self._of_countries(), *self._of_customer()]
        found = self._live([*near[:_NEAR], *singled_out])
        missing = sum(id not in found for id in near[:_NEAR])  # not for the asker to read
        if missing:
            found |= self._live([id for id in self._behind(near, missing) if id not in found])
        return list(found.values())

    def _behind(self, near: Sequence[str], missing: int) -> list[str]:
        """What takes the place of so many of the nearest: from among the others, or from further away."""
        known, others = _NEAR - missing, near[_NEAR:]
        if known + len(others) >= _ENOUGH or len(near) < _HITS:
            live = self._reader.live_ids(others, self._scope)
            if known + len(live) >= _ENOUGH or len(near) < _HITS:
                return [id for id in others if id in live][:missing]
        return self._further()

    def _further(self) -> list[str]:
        """The nearest of those that the asker may read, where most of the near ones are not."""
        n, keys = _HITS, None
        while True:
            n *= 4
            hits = self._query(n)
            live = self._reader.live_ids(hits, self._scope)
            if len(live) >= _ENOUGH or len(hits) < n:
                return [id for id in hits if id in live][:_ENOUGH]
            if keys is None:  # few enough to choose from, perhaps
                keys = self._reader.live_keys(self._scope, _MOST_KEYS + 1)
                if len(keys) <= _MOST_KEYS:
                    return self._among(keys, _ENOUGH, hits)

    def _by_words(self) -> list[str]:
        """An order number or an error code says nothing to the embedding model."""
        question, language = self._asked.question, self._asked.language
        return [hit.id for shelf in self._shelves for hit in shelf.words.search(question, language, _BY_WORDS)]

    def _of_countries(self) -> list[str]:
        return self._among(self._about.versions(self._asked.countries), _OF_COUNTRIES)

    def _of_customer(self) -> list[str]:
        if self._scope.customer_id is None:
            return []
        return self._among(self._reader.customer_keys(self._scope, _MOST_KEYS), _OF_CUSTOMER)

    def _among(self, keys: Sequence[str], most: int, near: Sequence[str] = ()) -> list[str]:
        """The nearest chunks of these versions.

        :param near: what a look at the nearest of all has found, where there was one.
        """
        if not keys:
            return []
        few = self._reader.chunks_of(keys, _FEW + 1) if len(keys) <= _MOST_KEYS else None
        if few is not None and len(few) <= _FEW:
            return self._nearest(few, most)
        # Where many of the nearest are among them, no filter is needed, which takes ten times as long.
        wanted = frozenset(keys)
        near = near or self._query(_WIDE if few is None else _LOOK)
        found = [id for id in near if version_key(id) in wanted][:most]
        return found if few is None or len(found) == most else self._query(most, {"version": {"$in": list(keys)}})

    def _nearest(self, digests: Mapping[str, str], most: int) -> list[str]:
        """The nearest of these chunks: digests by record id."""
        kept = self._vectors.get(digests.values())
        question: Vectors = self._asked.vector
        near = {id: float(kept[digest].whole @ question) for id, digest in digests.items() if digest in kept}
        return sorted(near, key=lambda id: -near[id])[:most]

    def _query(self, n: int, where: Mapping[str, object] | None = None) -> list[str]:
        """Record ids, nearest first."""
        question = self._asked.vector
        hits = [hit for shelf in self._shelves for hit in shelf.vectors.query(question, n, where, metadata=False)]
        return list(dict.fromkeys(hit.id for hit in sorted(hits, key=lambda hit: -hit.similarity)))

    def _live(self, ids: Sequence[str]) -> dict[str, StoredChunk]:
        """The chunks of these ids that the asker may read."""
        return self._reader.live_chunks(list(dict.fromkeys(ids)), self._scope)
