"""Apply a plan: what changed is read, embedded, written, published; what it replaces is cleaned away after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice

from ingest.ahead import ahead
from ingest.documents import Finding
from ingest.errors import DocumentError
from ingest.identity import is_gone
from ingest.ledger.collections import Collections, StoredVersion
from ingest.ledger.writing import LedgerWriter
from ingest.plan import Plan, Work
from ingest.preparing import Prepared, PreparedAhead, Preparer
from ingest.shelves import Ahead, Shelves

# Enough texts to sort by length (of 256, 4 % of all tokens are padding), few enough to publish often.
_BATCH_UNITS = 768
_FIRST_UNITS = 96
_BATCH_DOCUMENTS = 64
_LAST_DOCUMENTS = 8
_AGAIN_DOCUMENTS = 16  # embedded again with another model
_AHEAD = 96  # documents read and not yet embedded, at most; more where more are read at a time


@dataclass
class Summary:
    """What a run did."""

    added: int = 0
    changed: int = 0
    moved: int = 0
    unchanged: int = 0
    retired: int = 0
    refused: int = 0
    chunks: int = 0
    embedded: int = 0
    chunks_embedded: int = 0
    stopped: bool = False  # before all was done, because somebody asked for it
    findings: list[Finding] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {name: value for name, value in vars(self).items() if type(value) is int}


@dataclass(frozen=True)
class Progress:
    """What a run reports while it works."""

    listed: Callable[[int], None] = lambda _total: None  # items that need work
    done: Callable[[str], None] = lambda _document_id: None


class PlanRun:
    """Brings the knowledge base up to what a plan says. The caller holds the writer's lock.

    :param readers: documents that may be read at the same time.
    :param batches: of documents that may be embedded, or being embedded, and not written yet.
    :param renew_lock: called before every write; raises when another process took over.
    :param stop: whether to end after the batch of documents that is being written; the rest is left to the next run.
    """

    def __init__(
        self,
        ledger: LedgerWriter,
        shelves: Shelves,
        preparer: Preparer | PreparedAhead,
        readers: int = 2,
        batches: int = 2,
        progress: Progress | None = None,
        renew_lock: Callable[[], None] = lambda: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._ledger = ledger
        self._shelves = shelves
        self._preparer = preparer
        self._readers = readers
        self._batches = batches
        self._progress = progress or Progress()
        self._renew_lock = renew_lock
        self._stop = stop

    def apply(self, plan: Plan, run_id: int) -> Summary:
        """Do what ``plan`` says; one item's failure is a finding and the rest goes on."""
        summary = Summary(unchanged=plan.unchanged, refused=len(plan.findings), findings=list(plan.findings))
        self._progress.listed(len(plan.work))
        # Small ones first would publish more sooner, but the order of the listing is the one people expect.
        prepared = self._read(plan.work, summary)
        written: set[str] = set()
        # While one batch is written, those after it are embedded.
        for encoded in ahead(self._encode, _batches(prepared, len(plan.work)), workers=1, most=self._batches):
            batch, texts = encoded()
            self._write(batch, texts, run_id, summary)
            written |= {each.version.item.document_id for each in batch}
            if self._stop():
                break
        refused = summary.refused - len(plan.findings)
        if len(written) + refused < len(plan.work) and self._stop():
            summary.stopped = True  # and nothing is retired: what lives elsewhere now may not have been read yet
        else:
            self._retire(plan, written, summary)
        self.clean()
        return summary

    def clean(self) -> None:
        """Take off the live shelf what ended, also what an earlier run left behind."""
        self._renew_lock()
        self._shelves.clean()

    def refill(self, collections: Collections) -> None:
        """With another model than last time, embed everything kept again, then switch readers over."""
        filled = False
        batches = _of_one_shelf(collections.outside(self._shelves.name))
        for encoded in ahead(self._encode_again, batches, workers=1, most=self._batches):
            if self._stop():
                return  # readers stay with the model before
            versions, texts = encoded()
            self._renew_lock()
            self._shelves.write(texts, versions[0].shelf)
            collections.move(versions, self._shelves.name)
            filled = True
        if filled:
            collections.switch(self._shelves.name)

    def _read(self, work: Sequence[Work], summary: Summary) -> Iterator[Prepared]:
        results = ahead(self._preparer.prepare, work, self._readers, max(_AHEAD, 2 * self._readers))
        for todo, result in zip(work, results, strict=True):
            if self._stop():
                return
            try:
                prepared = result()
            except DocumentError as error:
                summary.findings.append(Finding(todo.item.document_id, error.code, str(error)))
                summary.refused += 1
                self._progress.done(todo.item.document_id)
                continue
            summary.findings += prepared.findings
            yield prepared

    def _encode(self, batch: Sequence[Prepared]) -> tuple[Sequence[Prepared], Ahead]:
        versions = [(each.version.key, each.version.title, each.version.chunks) for each in batch]
        return batch, self._shelves.encode(versions)

    def _encode_again(self, batch: Sequence[StoredVersion]) -> tuple[Sequence[StoredVersion], Ahead]:
        return batch, self._shelves.encode([(each.key, each.title, each.chunks) for each in batch])

    def _write(self, batch: Sequence[Prepared], texts: Ahead, run_id: int, summary: Summary) -> None:
        self._renew_lock()
        staged = self._ledger.stage([each.version for each in batch], self._shelves.name, run_id)
        embedded = self._shelves.write(texts)
        moved = {
            version_id: each.work.replaces.version_id
            for version_id, each in zip(staged, batch, strict=True)
            if each.work.action == "move" and each.work.replaces
        }
        self._ledger.publish(staged, self._shelves.name, moved)
        summary.embedded += embedded.texts
        summary.chunks_embedded += embedded.chunks
        for each in batch:
            summary.added += each.work.action == "add"
            summary.changed += each.work.action == "change"
            summary.moved += each.work.action == "move"
            summary.chunks += len(each.version.chunks)
            self._progress.done(each.version.item.document_id)

    def _retire(self, plan: Plan, written: set[str], summary: Summary) -> None:
        """End what vanished, and what now lives at another place under the same id."""
        published = self._ledger.published()
        vanished = {old.version_id for old in plan.retired}
        vanished |= {old.version_id for old in published.values() if old.document_id in written and is_gone(old.uri)}
        self._ledger.retire(sorted(vanished))
        summary.retired = len(vanished)


def _of_one_shelf(versions: Iterator[StoredVersion]) -> Iterator[list[StoredVersion]]:
    """Neighbouring versions of one shelf."""
    for _, group in groupby(versions, key=lambda version: version.shelf):
        while batch := list(islice(group, _AGAIN_DOCUMENTS)):
            yield batch


def _batches(prepared: Iterator[Prepared], documents: int) -> Iterator[list[Prepared]]:
    """The first ones are small, so that the model does not wait for many documents to be read; and the last ones, so
    that little is left to write when it has done.

    :param documents: how many there are at most.
    """
    units = _FIRST_UNITS
    while batch := list(_batch(prepared, units, min(_BATCH_DOCUMENTS, max(_LAST_DOCUMENTS, documents // 3)))):
        yield batch
        documents -= len(batch)
        units = min(2 * units, _BATCH_UNITS)


def _batch(prepared: Iterator[Prepared], most_units: int, most_documents: int) -> Iterator[Prepared]:
    units = 0
    for each in islice(prepared, most_documents):
        yield each
        units += sum(len(chunk.units) + 1 for chunk in each.version.chunks)
        if units >= most_units:
            return
