"""The workers of a Ray cluster, as a run sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ingest.chunk_embedding import MadeElsewhere
from ingest.cluster import tasks
from ingest.cluster.assignment import Assignment, assignment_of
from ingest.cluster.connection import Cluster, LostWorkerError, open_cluster
from ingest.documents import Content, ParsedDocument, SourceItem
from ingest.errors import DocumentError

if TYPE_CHECKING:
    from ingest.chunk_embedding import ChunkEncoder, Wording
    from ingest.embedding.base import Encoded, Progress, TextKind, Vectors
    from ingest.embedding.centring import CentredEmbedder
    from ingest.reading import Read, ReadDocument
    from ingest.settings import IngestSettings

# Units embedded in one task: a second or two of work, and enough texts of similar length for little padding.
_TASK_UNITS = 192
_BATCH_TASKS = 4  # about: of a batch as the pipeline makes them


class RayWorkers:
    """Implements :class:`ingest.workers.Workers`. There are at most three times as many tasks under way as the cluster
    does at a time: a worker that has done one finds the next, and memory stays bounded.
    """

    def __init__(self, cluster: Cluster, assignment: Assignment, threads: ThreadPoolExecutor) -> None:
        self._cluster = cluster
        self._assignment = assignment
        self._threads = threads
        self.model = RayEmbedder(cluster, assignment)
        self.readers = cluster.slots + 1
        self.batches = 2 + cluster.slots // _BATCH_TASKS

    def begin(self, uris: Iterable[str]) -> None:
        """Workers open what they need at their first task."""

    def reader(self, effective_from: date | None) -> Read:
        def read(item: SourceItem, content: Content | ParsedDocument) -> ReadDocument:
            try:
                made: ReadDocument = self._cluster.run(tasks.read, self._assignment, item, content, effective_from)
            except LostWorkerError as error:
                message = f"{item.document_id}: whoever reads it is lost ({error}), or leave this document out"
                raise DocumentError("worker-lost", message) from error
            return made

        return read

    def encoder(self, embedder: CentredEmbedder) -> ChunkEncoder:
        return RayEncoder(self._cluster, self._assignment, self._cluster.share(embedder.means), self._threads)


class RayEncoder:
    """Embeds chunks in tasks of similar size."""

    def __init__(self, cluster: Cluster, assignment: Assignment, means: Any, threads: ThreadPoolExecutor) -> None:
        self._cluster = cluster
        self._assignment = assignment
        self._means = means
        self._threads = threads

    def encode(self, chunks: Sequence[Wording]) -> MadeElsewhere:
        """Begin to embed chunks."""
        return MadeElsewhere([self._threads.submit(self._embed, part) for part in _parts(chunks)])

    def _embed(self, chunks: Sequence[Wording]) -> tuple[list[bytes], int]:
        made: tuple[list[bytes], int] = self._cluster.run(tasks.embed, self._assignment, self._means, chunks)
        return made


class RayEmbedder:
    """An :class:`~ingest.embedding.base.Embedder` whose model runs on the workers."""

    def __init__(self, cluster: Cluster, assignment: Assignment) -> None:
        self._cluster = cluster
        self._assignment = assignment
        self.name = assignment.model
        self.fingerprint = assignment.fingerprint

    @cached_property
    def dimension(self) -> int:
        return int(self.embed(["-"], "passage").shape[1])

    def encode(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Encoded:
        encoded: Encoded = self._cluster.run(tasks.encode, self._assignment, list(texts), kind)
        if progress:
            progress(len(texts))
        return encoded

    def embed(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Vectors:
        return self.encode(texts, kind, progress).vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return list(self._cluster.run(tasks.count_tokens, self._assignment, list(texts)))


@contextmanager
def ray_workers(settings: IngestSettings, address: str) -> Iterator[RayWorkers]:
    """Workers of the cluster at ``address``, until the context ends.

    :raises IngestUserError: there is no cluster that can be used, or the embedding model cannot be found.
    """
    assignment = assignment_of(settings)
    with open_cluster(address) as cluster:
        threads = ThreadPoolExecutor(2 * cluster.slots, thread_name_prefix="embedding")
        try:
            yield RayWorkers(cluster, assignment, threads)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)


def _parts(chunks: Sequence[Wording]) -> Iterator[Sequence[Wording]]:
    """Neighbouring chunks, with about :data:`_TASK_UNITS` units together."""
    first = units = 0
    for at, chunk in enumerate(chunks, start=1):
        units += len(chunk.units) + 1
        if units >= _TASK_UNITS:
            yield chunks[first:at]
            first, units = at, 0
    if first < len(chunks):
        yield chunks[first:]
