"""What an ingest will need when a few files changed, begun before it is known for certain that they did.

Parsing processes, the vector store and the embedding model take as long to start as everything else together. Which
files are newer than the ledger is seen at once; that is only a guess, which costs or saves time and decides nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.parsing.processes.limits import Limits
from ingest.parsing.processes.pool import ParserPool

if TYPE_CHECKING:
    from ingest.embedding.apart import EmbedderApart
    from ingest.settings import IngestSettings

FEW = 40  # with more, starting is a small part of the whole, and embedding is quickest in the process that writes


@dataclass(frozen=True)
class HeadStart:
    """Parsing processes, and an embedding model where it is being loaded already."""

    parsers: ParserPool
    model: EmbedderApart | None


@contextmanager
def head_start(settings: IngestSettings, addresses: Sequence[str | Path]) -> Iterator[HeadStart]:
    """Begin what an ingest of ``addresses`` is likely to need; everything begun ends with the context.

    :raises IngestUserError: home or model cannot be used.
    """
    with ExitStack() as opened:
        parsers = opened.enter_context(parser_pool(settings))
        names = newer_files(addresses, settings.home / "ledger.db")
        model = None
        if 0 < len(names) <= FEW:
            from ingest.embedding.apart import EmbedderApart
            from ingest.store import start_store_early

            models = settings.home / "models"
            model = EmbedderApart(settings.embedding_model, models, "few", settings.embedding_runtime)
            opened.callback(model.close)
            parsers.warm_up(names)
            if settings.chroma_url is None:
                start_store_early(settings.home)
        yield HeadStart(parsers, model)


def parser_pool(settings: IngestSettings) -> ParserPool:
    """Parsing processes, bounded as the settings say; none runs yet."""
    limits = Limits(seconds=settings.parse_seconds, memory_bytes=settings.parse_memory_mb * 1_000_000)
    return ParserPool(settings.parse_workers or None, limits)


def newer_files(addresses: Sequence[str | Path], ledger: Path) -> list[str]:
    """Files at ``addresses`` that were written or renamed after ``ledger`` was; none where there is no such file.

    More than :data:`FEW` are not looked for.
    """
    try:
        written = [ledger.stat(), *(log.stat() for log in ledger.parent.glob(f"{ledger.name}-wal"))]
    except OSError:
        return []
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
