"""One ingest run: what changed is parsed, embedded, written, published; what it replaces is cleaned away after."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from ingest.chunking import chunk
from ingest.documents import Content, Finding, SourceItem
from ingest.embedding.centring import CentredEmbedder
from ingest.errors import DocumentError
from ingest.identity import Identities, is_gone
from ingest.ledger.writing import LedgerWriter, NewVersion, PublishedItem
from ingest.parsing import parse
from ingest.places import country_shares
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
        renew_lock: Callable[[], None] = lambda: None,
    ) -> None:
        self._ledger = ledger
        self._collection = collection
        self._embedder = embedder
        self._language_of = language_of
        self._progress = progress or Progress()
        self._renew_lock = renew_lock
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
        written: set[str] = set()
        while batch := list(_batch(versions, _BATCH_UNITS)):
            self._write(batch, published.values(), run_id, summary)
            written |= {version.item.document_id for _todo, version in batch}
        vanished |= {old.version_id for old in published.values() if old.document_id in written and is_gone(old.uri)}
        self._ledger.retire(sorted(vanished))
        summary.retired = len(vanished)
        self._clean()
        self._ledger.finish_run(run_id, summary.counts(), summary.findings)
        return summary

    def _plan(
        self, sources: Sequence[Source], published: Mapping[str, PublishedItem], summary: Summary
    ) -> tuple[list[_Work], set[int]]:
        """What needs work, and the versions whose items are no longer listed."""
        identities = Identities(published.values())
        work: list[_Work] = []
        seen: set[str] = set()
        holed: list[Source] = []
        for source in sources:
            for entry in source.items():
                if isinstance(entry, Finding):
                    summary.findings.append(entry)
                    summary.refused += 1
                    if entry.code != "unsupported":
                        holed.append(source)
                elif entry.uri not in seen:  # two of the paths may overlap
                    seen.add(entry.uri)
                    old = published.get(entry.uri)
                    if old and old.content_hash == _recipe_hash(entry) and old.collection == self._collection.name:
                        summary.unchanged += 1
                    else:
                        work.append(_Work(source, identities.identified(entry), old))
        # A listing with holes does not prove that what it lacks has vanished; only a look at the place does.
        vanished = {
            old.version_id
            for uri, old in published.items()
            if uri not in seen
            and any(source.covers(uri) and (source not in holed or is_gone(uri)) for source in sources)
        }
        return work, vanished

    def _read(self, work: Sequence[_Work], summary: Summary) -> Iterator[tuple[_Work, NewVersion]]:
        for todo in work:
            try:
                yield todo, self._prepare(todo, summary)
            except DocumentError as error:
                summary.findings.append(Finding(todo.item.document_id, error.code, str(error)))
                summary.refused += 1
                self._progress.done(todo.item.document_id)

    def _prepare(self, todo: _Work, summary: Summary) -> NewVersion:
        content = todo.source.read(todo.item)
        document = parse(content) if isinstance(content, Content) else content
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
        about = country_shares(document.text, title, language)
        item_hash = _recipe_hash(item)
        key = hashlib.sha256(f"{item.document_id}\n{item.uri.rpartition('/')[2]}\n{item_hash}".encode()).hexdigest()[
            :24
        ]
        return NewVersion(replace(item, content_hash=item_hash), key, title, language, document.text, chunks, about)

    def _write(
        self,
        batch: Sequence[tuple[_Work, NewVersion]],
        published: Iterable[PublishedItem],
        run_id: int,
        summary: Summary,
    ) -> None:
        self._renew_lock()
        staged = [self._ledger.stage(version, self._collection.name, run_id) for _todo, version in batch]
        documents = {version.item.document_id for _todo, version in batch}
        items = {version.item.uri for _todo, version in batch}
        alike = [old.version_id for old in published if old.document_id in documents or old.uri in items]
        summary.embedded += self._vectors.write(
            [(version.key, version.title, version.chunks) for _todo, version in batch],
            known=self._ledger.record_ids(alike),
        )
        for version_id, (todo, version) in zip(staged, batch, strict=True):
            self._ledger.publish(version_id, self._collection.name)
            summary.added += todo.replaces is None
            summary.changed += todo.replaces is not None
            summary.chunks += len(version.chunks)
            self._progress.done(version.item.document_id)

    def _clean(self) -> None:
        """Drop from the store what no published version owns any more."""
        self._renew_lock()
        for version_id, ids in self._ledger.leftovers().items():
            self._collection.delete(ids)
            self._ledger.mark_purged([version_id])

    def _refill(self) -> None:
        """With another model than last time, embed everything published again, then switch readers over."""
        outside = self._ledger.outside(self._collection.name)
        for version in outside:
            self._renew_lock()
            self._vectors.write([(version.key, version.title, version.chunks)], known=[])
            self._ledger.move([version.id], self._collection.name)
        if outside:
            self._ledger.switch_collection(self._collection.name)


def _recipe_hash(item: SourceItem) -> str:
    return f"{_RECIPE}:{item.content_hash}"


def _batch(versions: Iterator[tuple[_Work, NewVersion]], most_units: int) -> Iterator[tuple[_Work, NewVersion]]:
    units = 0
    for todo, version in islice(versions, 32):
        yield todo, version
        units += sum(len(chunk.units) + 1 for chunk in version.chunks)
        if units >= most_units:
            return
