"""Embed chunks in the process that the model is in, one batch after the other without a pause between them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from ingest.chunk_embedding import MadeElsewhere, Wording, chunk_records
from ingest.embedding.apart import AT_A_TIME

if TYPE_CHECKING:
    from ingest.embedding.apart import EmbedderApart
    from ingest.embedding.centring import Means


class ApartEncoder:
    """Implements :class:`ingest.chunk_embedding.ChunkEncoder`."""

    def __init__(self, model: EmbedderApart, means: Means) -> None:
        self._model = model
        self._means = means
        self._threads = ThreadPoolExecutor(AT_A_TIME, "embedding")

    def encode(self, chunks: Sequence[Wording]) -> MadeElsewhere:
        """Begin to embed chunks."""
        return MadeElsewhere([self._threads.submit(self._model.run, chunk_records, self._means, chunks)])
