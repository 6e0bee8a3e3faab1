"""Who reads documents and embeds chunks for the one process that writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ingest.chunk_embedding import ChunkEncoder
    from ingest.embedding.base import Embedder
    from ingest.embedding.centring import CentredEmbedder
    from ingest.reading import Read


class Workers(Protocol):
    """Processes of this machine (:class:`ingest.headstart.HeadStart`), or of many
    (:class:`ingest.cluster.workers.RayWorkers`). What they make of a document does not depend on which.
    """

    @property
    def readers(self) -> int:
        """Documents that are read at a time."""

    @property
    def batches(self) -> int:
        """Batches of documents that may be embedded, or being embedded, and not written yet."""

    @property
    def model(self) -> Embedder | None:
        """The embedding model of the settings, where it was begun."""

    def begin(self, uris: Iterable[str]) -> None:
        """There is something to read, at ``uris``: begin with what that takes, and do not wait for it."""

    def reader(self, effective_from: date | None) -> Read:
        """Reads documents; each waits for what :meth:`begin` began.

        :param effective_from: when texts take effect that do not say it themselves.
        """

    def encoder(self, embedder: CentredEmbedder) -> ChunkEncoder:
        """Embeds chunks as ``embedder`` would, whose model is :attr:`model`."""
