"""Takes documents out of a knowledge base for good, with all their versions: nothing of them can be rolled back to.

The caller holds the writer's lock. Whatever is killed on the way is taken up again by the same call: the ledger, which
says what there is to forget, is the last to forget it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ingest.compact import compact
from ingest.knowledge import Knowledge
from ingest.ledger.collections import Collections, past_name
from ingest.ledger.tables import ChunkRow, DocumentRow, FindingRow, VersionRow
from ingest.ledger.vectors import drop_unowned
from ingest.paging import pages


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was taken out."""

    documents: int = 0
    versions: int = 0
    chunks: int = 0


def forget(
    knowledge: Knowledge,
    version_ids: Sequence[int],
    renew_lock: Callable[[], None] = lambda: None,
) -> Forgotten:
    """Take these versions from the store, the lexical index and the ledger, and documents with their last one."""
    with Session(knowledge.engine) as session:
        records = _of_these_alone(session, version_ids)
    renew_lock()
    _take_from_shelves(knowledge, records)
    renew_lock()
    with Session(knowledge.engine) as session, session.begin():
        return _take_from_ledger(session, version_ids)


def rebuild(knowledge: Knowledge, renew_lock: Callable[[], None] = lambda: None) -> None:
    """Write the indexes anew, as deleted entries leave traces in them: vectors in the graph, terms in segments."""
    renew_lock()
    collections = Collections(knowledge.engine)
    there = set(knowledge.store.list_collections())
    for left in collections.left():  # of a model used before: nobody reads them
        for name in {left, past_name(left)} & there:
            knowledge.store.delete_collection(name)
        collections.forget(left)
    if compact(knowledge, lambda _records: renew_lock()) is None:
        for index in (knowledge.words.live, knowledge.words.past):
            index.optimise()


def _of_these_alone(session: Session, version_ids: Sequence[int]) -> list[str]:
    """Ids of the records that belong to no other version: equal words may stand in another document, too."""
    records: set[str] = set()
    for some in pages(list(version_ids)):
        records |= set(session.scalars(select(ChunkRow.record_id).where(ChunkRow.version_id.in_(some))))
    gone = set(version_ids)
    for page in pages(sorted(records)):
        owners = select(ChunkRow.record_id, ChunkRow.version_id).where(ChunkRow.record_id.in_(page))
        records -= {record for record, owner in session.execute(owners) if owner not in gone}
    return sorted(records)


def _take_from_shelves(knowledge: Knowledge, records: Sequence[str]) -> None:
    if not records:
        return
    for name in knowledge.store.list_collections():  # those that are being filled, or were left, as well
        knowledge.store.collection(name).delete(records)
    for index in (knowledge.words.live, knowledge.words.past):
        index.delete(records)


def _take_from_ledger(session: Session, version_ids: Sequence[int]) -> Forgotten:
    digests: set[str] = set()
    documents: set[str] = set()
    places: set[str] = set()
    chunks = versions = 0
    for some in pages(list(version_ids)):
        rows = session.execute(select(VersionRow.document_id, VersionRow.uri).where(VersionRow.id.in_(some))).all()
        versions += len(rows)
        documents |= {row.document_id for row in rows}
        places |= {row.uri for row in rows}
        digests |= set(session.scalars(select(ChunkRow.digest).where(ChunkRow.version_id.in_(some))))
        counted = select(func.count()).select_from(ChunkRow).where(ChunkRow.version_id.in_(some))
        chunks += session.scalars(counted).one()
        session.execute(delete(ChunkRow).where(ChunkRow.version_id.in_(some)))
        session.execute(delete(VersionRow).where(VersionRow.id.in_(some)))
    drop_unowned(session, digests)
    gone = 0
    for page in pages(sorted(documents)):
        kept = set(session.scalars(select(VersionRow.document_id).where(VersionRow.document_id.in_(page))))
        empty = [each for each in page if each not in kept]
        gone += len(empty)
        session.execute(delete(DocumentRow).where(DocumentRow.id.in_(empty)))
    for page in pages(sorted(documents | places)):  # what a run said of them
        session.execute(delete(FindingRow).where(FindingRow.item.in_(page)))
    return Forgotten(gone, versions, chunks)
