"""One ingest run: what changed is parsed, embedded, written, published; what it replaces is cleaned away after."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlparse

from ingest.chunking import chunk
from ingest.documents import Finding, SourceItem
from ingest.embedding.centring import CentredEmbedder
from ingest.errors import DocumentError
from ingest.ledger.writing import LedgerWriter, NewVersion, PublishedItem
from ingest.prefetch import prefetched
from ingest.sources import Source, described
from ingest.vectors import VectorWriter

if TYPE_CHECKING:
    from ingest.store.vectors import VectorCollection

_RECIPE = "1"  # changes when the same file would give other chunks, so that it is read again
_BATCH_UNITS = 256  # enough texts to sort by length, few enough to publish often


@dataclass
class Summary:
    """What a run did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0
    refused: int = 0
    chunks: int = 0
    embedded: int = 0
    findings: list[Finding] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {name: value for name, value in vars(self).items() if isinstance(value, int)}


@dataclass(frozen=True)
class Progress:
    """What a run reports while it works."""

    listed: Callable[[int], None] = lambda _total: None  # items that need work
    done: Callable[[str], None] = lambda _document_id: None


@dataclass(frozen=True)
class _Work:
    source: Source
    item: SourceItem
    replaces: PublishedItem | None


class IngestRun:
    """Brings the knowledge base up to date with its sources. The caller holds the writer's lock."""

    def __init__(
        self,
        ledger: LedgerWriter,
        collection: VectorCollection,
        embedder: CentredEmbedder,
        language_of: Callable[[str, str | None], str],
        progress: Progress | None = None,
    ) -> None:
        self._ledger = ledger
        self._collection = collection
        self._embedder = embedder
        self._language_of = language_of
        self._progress = progress or Progress()
        self._vectors = VectorWriter(collection, embedder)

    def run(self, sources: Sequence[Source]) -> Summary:
        """Ingest ``sources``; one item's failure is a finding and the rest goes on."""
        summary = Summary()
        self._ledger.ensure_collection(self._collection.name, self._embedder.embedder.name)
        run_id = self._ledger.begin_run("; ".join(source.name for source in sources))
        self._clean()
        self._refill()
        published = self._ledger.published()
        work, vanished = self._plan(sources, published, summary)
        self._progress.listed(len(work))
        versions = prefetched(self._read(work, summary), ahead=8)
        while batch := list(_batch(versions, _BATCH_UNITS)):
            self._write(batch, run_id, summary)
        self._ledger.retire(vanished)
        summary.retired = len(vanished)
        self._clean()
        self._ledger.finish_run(run_id, summary.counts(), summary.findings)
        return summary

    def _plan(
        self, sources: Sequence[Source], published: dict[str, PublishedItem], summary: Summary
    ) -> tuple[list[_Work], list[int]]:
        work: list[_Work] = []
        seen: set[str] = set()
        refused_somewhere = False
        for source in sources:
            for entry in source.items():
                if isinstance(entry, Finding):
                    summary.findings.append(entry)
                    summary.refused += 1
                    refused_somewhere |= entry.code != "unsupported"
                    continue
                seen.add(entry.uri)
                old = published.get(entry.uri)
                entry = _distinct(entry, published)
                if old and old.content_hash == _recipe_hash(entry) and old.collection == self._collection.name:
                    summary.unchanged += 1
                else:
                    work.append(_Work(source, entry, old))
        if refused_somewhere:
            return work, []  # a listing with holes proves nothing about what vanished
        covered = [
            old.version_id
            for uri, old in published.items()
            if uri not in seen and (any(source.covers(uri) for source in sources) or _moved(old, work))
        ]
        return work, covered

    def _read(self, work: Sequence[_Work], summary: Summary) -> Iterator[tuple[_Work, NewVersion]]:
        for todo in work:
            try:
                yield todo, self._prepare(todo, summary)
            except DocumentError as error:
                summary.findings.append(Finding(todo.item.document_id, error.code, str(error)))
                summary.refused += 1
                self._progress.done(todo.item.document_id)

    def _prepare(self, todo: _Work, summary: Summary) -> NewVersion:
        document = todo.source.parse(todo.item)
        item = described(todo.item, document)
        summary.findings.extend(
            Finding(item.document_id, finding.code, finding.message) for finding in document.findings
        )
        language = document.metadata.get("language") or self._language_of(document.text, None)
        title = item.title or item.document_id
        chunks = chunk(
            document,
            language_of=lambda words: self._language_of(words, language),
            count_tokens=self._embedder.count_tokens,
            title=title,
        )
        if not chunks:
            raise DocumentError("empty", f"{item.document_id}: no words were found in it")
        item_hash = _recipe_hash(item)
        key = hashlib.sha256(f"{item.document_id}\n{item.uri.rpartition('/')[2]}\n{item_hash}".encode()).hexdigest()[
            :24
        ]
        return NewVersion(replace(item, content_hash=item_hash), key, title, language, document.text, chunks)

    def _write(self, batch: Sequence[tuple[_Work, NewVersion]], run_id: int, summary: Summary) -> None:
        staged = [self._ledger.stage(version, self._collection.name, run_id) for _todo, version in batch]
        replaced = [todo.replaces.version_id for todo, _version in batch if todo.replaces]
        summary.embedded += self._vectors.write(
            [(version.key, version.title, version.chunks) for _todo, version in batch],
            known=self._ledger.record_ids(replaced),
        )
        for version_id, (todo, version) in zip(staged, batch, strict=True):
            self._ledger.publish(version_id, self._collection.name)
            summary.added += todo.replaces is None
            summary.changed += todo.replaces is not None
            summary.chunks += len(version.chunks)
            self._progress.done(version.item.document_id)

    def _clean(self) -> None:
        """Drop from the store what no published version owns any more."""
        for version_id, ids in self._ledger.leftovers().items():
            self._collection.delete(ids)
            self._ledger.mark_purged([version_id])

    def _refill(self) -> None:
        """With another model than last time, embed everything published again, then switch readers over."""
        outside = self._ledger.outside(self._collection.name)
        for version in outside:
            self._vectors.write([(version.key, version.title, version.chunks)], known=[])
            self._ledger.move([version.id], self._collection.name)
        if outside:
            self._ledger.switch_collection(self._collection.name)


def _distinct(item: SourceItem, published: Mapping[str, PublishedItem]) -> SourceItem:
    """Files of the same name in different folders, ingested one by one, are different documents."""
    folder = item.uri.rpartition("/")[0]
    for old in published.values():
        other = old.uri.rpartition("/")[0]
        if old.document_id == item.document_id and other != folder and not _is_gone(old.uri):
            digest = hashlib.sha256(folder.encode()).hexdigest()[:6]
            return replace(item, document_id=f"{digest}/{item.document_id}")
    return item


def _recipe_hash(item: SourceItem) -> str:
    return f"{_RECIPE}:{item.content_hash}"


def _batch(versions: Iterator[tuple[_Work, NewVersion]], most_units: int) -> Iterator[tuple[_Work, NewVersion]]:
    units = 0
    for todo, version in islice(versions, 32):
        yield todo, version
        units += sum(len(chunk.units) + 1 for chunk in version.chunks)
        if units >= most_units:
            return


def _moved(old: PublishedItem, work: Sequence[_Work]) -> bool:
    """A document listed under a new address whose old file is gone has moved; the old one is not kept beside it."""
    return any(todo.item.document_id == old.document_id for todo in work) and _is_gone(old.uri)


def _is_gone(uri: str) -> bool:
    parts = urlparse(uri)
    return parts.scheme == "file" and not Path(unquote(parts.path)).exists()
