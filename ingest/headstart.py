"""What an ingest will need when a few files changed, begun before it is known for certain that they did.

Parsing processes, the vector store and the embedding model take as long to start as everything else together. Which
files are newer than the ledger is seen at once; that is only a guess, which costs or saves time and decides nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.parsing.processes.limits import Limits
from ingest.parsing.processes.pool import ParserPool

if TYPE_CHECKING:
    from ingest.chunk_embedding import ChunkEncoder
    from ingest.embedding.apart import EmbedderApart
    from ingest.embedding.centring import CentredEmbedder
    from ingest.embedding.models import Purpose
    from ingest.reading import Read
    from ingest.settings import IngestSettings

FEW = 40  # with more, a model that is quick is worth more than one that starts quickly


@dataclass
class HeadStart:
    """The workers of one machine: parsing processes, and an embedding model where it is being loaded already."""

    parsers: ParserPool
    model: EmbedderApart | None
    _settings: IngestSettings
    _opened: ExitStack
    batches: int = 2  # one is written while the next is embedded

    @property
    def readers(self) -> int:
        return self.parsers.workers + 1

    def begin(self, uris: Iterable[str]) -> None:
        self.begin_model("bulk")
        self.parsers.warm_up(uris)

    def reader(self, effective_from: date | None) -> Read:
        from ingest.reading import DocumentReader, language_of

        def count_tokens(texts: Sequence[str]) -> list[int]:
            return self.begin_model("bulk").count_tokens(texts)

        return DocumentReader(self.parsers.parse, language_of, count_tokens, effective_from)

    def encoder(self, embedder: CentredEmbedder) -> ChunkEncoder:
        from ingest.chunk_embedding import LocalEncoder
        from ingest.embedding_apart import ApartEncoder

        # No process was begun where no document is to be read: then the model is in this one.
        return ApartEncoder(self.model, embedder.means) if self.model else LocalEncoder(embedder)

    def begin_model(self, purpose: Purpose) -> EmbedderApart:
        """Begin to load the model, where that was not begun before."""
        from ingest.embedding.apart import EmbedderApart

        if self.model is None:
            of = self._settings
            self.model = EmbedderApart(of.embedding_model, of.home / "models", purpose, of.embedding_runtime)
            self._opened.callback(self.model.close)
        return self.model


@contextmanager
def head_start(settings: IngestSettings, addresses: Sequence[str | Path]) -> Iterator[HeadStart]:
    """Begin what an ingest of ``addresses`` is likely to need; everything begun ends with the context.

    :raises IngestUserError: home or model cannot be used.
    """
    with ExitStack() as opened:
        begun = HeadStart(opened.enter_context(parser_pool(settings)), None, settings, opened)
        # Another database has no file whose age could be seen.
        names = [] if settings.database_url else newer_files(addresses, settings.home / "ledger.db")
        if len(names) > FEW:
            begun.begin_model("bulk")
        elif names:
            from ingest.store import start_store_early

            begun.begin_model("few")
            begun.parsers.warm_up(names)
            if settings.chroma_url is None:
                start_store_early(settings.home)
        yield begun


def parser_pool(settings: IngestSettings, workers: int | None = None) -> ParserPool:
    """Parsing processes, bounded as the settings say; none runs yet.

    :param workers: as many as the settings say when None.
    """
    limits = Limits(seconds=settings.parse_seconds, memory_bytes=settings.parse_memory_mb * 1_000_000)
    return ParserPool(workers or settings.parse_workers or None, limits)


def newer_files(addresses: Sequence[str | Path], ledger: Path) -> list[str]:
    """Files at ``addresses`` that were written or renamed after ``ledger`` was; any where there is no such file.

    No more than one above :data:`FEW` are looked for.
    """
    since = 0
    with suppress(OSError):
        written = [ledger.stat(), *(log.stat() for log in ledger.parent.glob(f"{ledger.name}-wal"))]
        since = max(each.st_mtime_ns for each in written)
    found: list[str] = []
    for address in addresses:
        for file in _files(str(address)):
            if file.stat(follow_symlinks=False).st_ctime_ns > since:
                found.append(file.name)
            if len(found) > FEW:
                return found
    return found


def _files(place: str) -> Iterator[os.DirEntry[str]]:
    """The files in and below a folder; what cannot be looked into, or is no folder, has none."""
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _files(entry.path)
                else:
                    yield entry
    except OSError:
        return
