"""A collection of vectors compared by cosine, the records that go in and the hits that come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ingest.errors import StoreError
from ingest.paging import pages

if TYPE_CHECKING:
    import numpy as np

    from ingest.store.http_api import HttpApi, HttpCollection

T = TypeVar("T")
Scalar = str | int | float | bool

# Seen with chromadb 1.5.9: the default of 100 loses near neighbours as soon as the index has thousands of vectors.
_SEARCH_EFFORT = 200
_REQUEST_BYTES = 16_000_000  # Chroma's server refuses requests over 40 MiB
_PAGE = 1_000  # ids or records asked for at once
_QUERIES = 64  # vectors asked about at once


class Store(Protocol):
    """What a collection needs of its connection."""

    def call(self, doing: str, action: Callable[[HttpApi], T]) -> T: ...


@dataclass(frozen=True, eq=False)
class Record:
    """One vector with what belongs to it; ``vector`` is float32 of shape (dim,), ``text`` may be empty."""

    id: str
    vector: np.ndarray
    text: str
    metadata: dict[str, Scalar]


@dataclass(frozen=True)
class Hit:
    """One neighbour of a query; ``similarity`` is the cosine, from -1 to 1; no ``metadata`` where not asked for."""

    id: str
    similarity: float
    metadata: dict[str, Scalar]


class VectorCollection:
    """Vectors of one dimension under one name; made by :meth:`StoreConnection.collection`.

    What was added is found by the next query of any process. All methods raise ``StoreError`` when Chroma refuses
    or is gone for good, and ``IngestUserError`` when the disk is full.
    """

    def __init__(self, store: Store, name: str) -> None:
        self.name = name
        self._store = store
        self._handle: tuple[HttpApi, HttpCollection] | None = None
        self._page = _PAGE
        space = store.call(f"opening collection {name!r}", self._open)
        if space != "cosine":
            raise StoreError(f"Collection {name!r} measures {space!r} distances, not cosine: it is not one of ours.")

    def add(
        self,
        records: Sequence[Record],
        batch_size: int = 1_000,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Write records; one whose id is there already is replaced, its metadata included.

        Batches are written one after the other: after a failure the earlier ones are there, and adding all again is
        safe, if slow: replacing a record costs Chroma about ten times an insertion.

        :param batch_size: records in one request, at most; fewer when Chroma's limits ask for it.
        :param progress: called after each batch with the number of records in it.
        :raises StoreError: two records share an id, or a vector has another shape than the others or is not finite.
        """
        _reject_repeated(records)
        limit = self._store.call("asking for limits", lambda client: client.get_max_batch_size())
        size = min(batch_size, limit) if limit > 0 else batch_size
        for batch in _batches(records, size):
            self._write(batch)
            if progress is not None:
                progress(len(batch))

    def delete(self, ids: Iterable[str]) -> None:
        """Delete records; an id that is not there is no error."""
        for page in pages(list(dict.fromkeys(ids)), self._page):
            self._run("deleting", partial(_delete, page))

    def query(
        self, vector: np.ndarray, n: int, where: Mapping[str, Any] | None = None, metadata: bool = True
    ) -> list[Hit]:
        """The ``n`` nearest records, nearest first; fewer when there are fewer.

        :param vector: float32, shape (dim,).
        :param metadata: without it a few hundred hits are found four times as fast.
        :param where: a Chroma filter on metadata, for example ``{"language": "de"}``; twenty times slower than none.
        """
        return self._search([vector], n, where, metadata)[0]

    def query_many(self, vectors: np.ndarray | Sequence[np.ndarray], n: int) -> list[list[Hit]]:
        """The ``n`` nearest records of each of ``vectors``, shape (queries, dim), in their order."""
        return [hits for page in pages(list(vectors), _QUERIES) for hits in self._search(page, n, None, True)]

    def get(self, ids: Iterable[str], vectors: bool = True) -> list[Record]:
        """The records of these ids, in their order; what is not there is left out.

        :param vectors: without them ``Record.vector`` has shape (0,), and reading is ten times faster.
        """
        wanted = list(dict.fromkeys(ids))
        found = {record.id: record for page in pages(wanted, self._page) for record in self._read(page, vectors)}
        return [found[each] for each in wanted if each in found]

    def ids(self) -> Iterator[str]:
        """All ids, fetched in pages; list them first when you delete or add meanwhile, or some may be missed."""
        offset = 0
        while True:
            page = self._run("listing ids", partial(_ids_from, offset, self._page))
            yield from page
            offset += len(page)
            if len(page) < self._page:
                return

    def count(self) -> int:
        return int(self._run("counting", lambda found: found.count()))

    def _open(self, client: HttpApi) -> str:
        found = client.get_or_create_collection(
            self.name,
            configuration={"hnsw": {"space": "cosine", "ef_search": _SEARCH_EFFORT}},
        )
        self._handle = (client, found)
        self._page = client.quota or _PAGE
        known = found.configuration_json or {}
        index = known.get("hnsw") or known.get("spann") or {}  # the distributed edition has an index of its own
        return str(index.get("space", "unknown"))

    def _run(self, doing: str, action: Callable[[HttpCollection], T]) -> T:
        def on_current_server(client: HttpApi) -> T:
            handle = self._handle
            if handle is None or handle[0] is not client:
                handle = (client, client.get_collection(self.name))
                self._handle = handle
            return action(handle[1])

        return self._store.call(f"{doing} in collection {self.name!r}", on_current_server)

    def _write(self, batch: Sequence[Record]) -> None:
        ids = [record.id for record in batch]
        matrix = _matrix(batch)
        texts = [record.text for record in batch]

        def upsert(found: HttpCollection) -> None:
            # Chroma's upsert merges metadata with what is stored; a key that is gone must be unset by name.
            stored = found.get(ids=ids, include=["metadatas"])
            old = dict(zip(stored["ids"], stored["metadatas"] or [], strict=False))
            metadatas: list[Any] = [
                {**dict.fromkeys(old.get(record.id) or {}), **record.metadata} or None for record in batch
            ]
            found.upsert(ids=ids, embeddings=matrix, documents=texts, metadatas=metadatas)

        self._run("writing", upsert)

    def _search(
        self, vectors: Sequence[np.ndarray], n: int, where: Mapping[str, Any] | None, metadata: bool
    ) -> list[list[Hit]]:
        if n < 1:
            return [[] for _ in vectors]
        queries: list[Any] = list(vectors)
        condition: Any = dict(where) if where else None
        include = ["distances", *(["metadatas"] if metadata else [])]
        answer = self._run(
            "searching",
            lambda found: found.query(query_embeddings=queries, n_results=n, where=condition, include=include),
        )
        ids, distances = answer["ids"], answer["distances"] or []
        metadatas = (answer["metadatas"] or []) if metadata else [[None] * len(row) for row in ids]
        return [
            [Hit(id, 1.0 - distance, _plain(own)) for id, distance, own in zip(*row, strict=True)]
            for row in zip(ids, distances, metadatas, strict=True)
        ]

    def _read(self, ids: Sequence[str], vectors: bool) -> list[Record]:
        import numpy as np

        include: list[Any] = ["documents", "metadatas", *(["embeddings"] if vectors else [])]
        answer = self._run("reading", lambda found: found.get(ids=list(ids), include=include))
        found, texts, metadatas = answer["ids"], answer["documents"] or [], answer["metadatas"] or []
        stored: Any = answer["embeddings"] if vectors else [()] * len(found)
        return [
            Record(id, np.asarray(vector, dtype=np.float32), text or "", _plain(metadata))
            for id, vector, text, metadata in zip(found, stored, texts, metadatas, strict=True)
        ]


def _delete(ids: Sequence[str], found: HttpCollection) -> None:
    found.delete(ids=list(ids))


def _ids_from(offset: int, limit: int, found: HttpCollection) -> list[str]:
    return list(found.get(limit=limit, offset=offset, include=[])["ids"])


def _matrix(batch: Sequence[Record]) -> np.ndarray:
    import numpy as np

    dim = batch[0].vector.shape
    for record in batch:
        if record.vector.ndim != 1 or record.vector.shape != dim:
            raise StoreError(f"The vector of {record.id!r} has shape {record.vector.shape}, its neighbours have {dim}.")
        if not np.isfinite(record.vector).all():
            raise StoreError(f"The vector of {record.id!r} is not finite: the embedding model failed on its text.")
    return np.stack([record.vector for record in batch]).astype(np.float32)


def _reject_repeated(records: Sequence[Record]) -> None:
    seen: set[str] = set()
    for record in records:
        if record.id in seen:
            raise StoreError(f"Two records have the id {record.id!r}.")
        seen.add(record.id)


def _batches(records: Sequence[Record], size: int) -> Iterator[list[Record]]:
    batch: list[Record] = []
    weight = 0
    for record in records:
        more = _request_bytes(record)
        if batch and (len(batch) >= size or weight + more > _REQUEST_BYTES):
            yield batch
            batch, weight = [], 0
        batch.append(record)
        weight += more
    if batch:
        yield batch


def _request_bytes(record: Record) -> int:
    """At most what a record takes on the way: vectors go as base64 of 4 bytes a number, text as UTF-8 in JSON."""
    values = sum(len(value) if isinstance(value, str) else 10 for value in record.metadata.values())
    return record.vector.size * 6 + 4 * (len(record.text) + values) + 100 * (1 + len(record.metadata))


def _plain(metadata: Mapping[str, Any] | None) -> dict[str, Scalar]:
    return dict(metadata or {})
