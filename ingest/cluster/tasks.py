"""What workers do. Each task may run in any of them; what it takes is opened by the first and kept for the others.

A worker may be one that was started this moment, after another one was killed, and knows nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ingest.chunk_embedding import Wording, chunk_records
from ingest.cluster.assignment import Assignment, check_fits
from ingest.documents import Content, ParsedDocument, SourceItem
from ingest.embedding.centring import Means
from ingest.embedding.models import Runtime, open_embedder
from ingest.parsing.processes.limits import Limits
from ingest.parsing.processes.pool import ParserPool
from ingest.reading import DocumentReader, ReadDocument, language_of

if TYPE_CHECKING:
    from ingest.embedding.base import Embedder, Encoded, TextKind


def read(to: Assignment, item: SourceItem, content: Content | ParsedDocument, since: date | None) -> ReadDocument:
    """Parse a document within its limits and cut it into chunks; raises as :class:`DocumentReader` does."""
    bench = _bench(to)
    return DocumentReader(bench.parsers.parse, language_of, bench.model.count_tokens, since)(item, content)


def embed(to: Assignment, means: Means, chunks: Sequence[Wording]) -> tuple[list[bytes], int]:
    """See :func:`ingest.chunk_embedding.chunk_records`."""
    return chunk_records(_bench(to).model, means, chunks)


def encode(to: Assignment, texts: Sequence[str], kind: TextKind) -> Encoded:
    """What the model makes of texts."""
    return _bench(to).model.encode(texts, kind)


def count_tokens(to: Assignment, texts: Sequence[str]) -> list[int]:
    """In the model's own vocabulary."""
    return _bench(to).model.count_tokens(texts)


@dataclass(frozen=True)
class _Bench:
    """What one worker works with."""

    to: Assignment
    home: Path

    @cached_property
    def parsers(self) -> ParserPool:
        """One process that parses, beside this one: it is ended when a document takes too much, this one is not."""
        limits = Limits(seconds=self.to.parse_seconds, memory_bytes=self.to.parse_memory_mb * 1_000_000)
        return ParserPool(1, limits)

    @cached_property
    def model(self) -> Embedder:
        return open_embedder(self.to.model, self.home / "models", "bulk", cast("Runtime", self.to.runtime))


@lru_cache(maxsize=1)
def _bench(to: Assignment) -> _Bench:
    """
    :raises IngestUserError: this worker would not do the same as the writer.
    """
    bench = _Bench(to, Path(os.environ.get("POLYDESK_HOME") or to.home).expanduser().resolve())
    check_fits(to, bench.home)
    return bench
