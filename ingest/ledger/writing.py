"""Versions in the ledger: staged, published in one step, retired."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine, func, insert, or_, select, update
from sqlalchemy.orm import Session

from ingest.documents import Chunk, SourceItem
from ingest.ledger.collections import make_live
from ingest.ledger.tables import (
    BEGINNING,
    PUBLISHED,
    RETIRED,
    STAGED,
    SUPERSEDED,
    ChunkRow,
    DocumentRow,
    VersionRow,
    now,
)
from ingest.paging import pages
from ingest.texts import ChunkText, chunk_texts


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """What the ledger holds as published of one item."""

    version_id: int
    document_id: str
    uri: str
    key: str
    content_hash: str
    collection: str


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be staged: an item, its parsed text and its chunks."""

    item: SourceItem
    key: str
    title: str
    language: str
    text: str
    chunks: Sequence[Chunk]
    details: Mapping[str, Any]


class LedgerWriter:
    """Writes of one run. The caller holds the writer's lock.

    :param today: the day on which a text without a date of its own takes effect.
    """

    def __init__(self, engine: Engine, today: Callable[[], date] = date.today) -> None:
        self._engine = engine
        self._today = today

    def published(self) -> dict[str, PublishedItem]:
        """Everything published, by uri."""
        columns = [getattr(VersionRow, name) for name in PublishedItem.__dataclass_fields__ if name != "version_id"]
        statement = select(VersionRow.id, *columns).where(VersionRow.state == PUBLISHED)
        with self._engine.connect() as connection:
            rows = [PublishedItem(*row) for row in connection.execute(statement)]
        return {row.uri: row for row in rows}

    def stage(self, versions: Sequence[NewVersion], collection: str, run_id: int | None) -> list[int]:
        """Write down versions that nobody reads yet; returns their rows' ids, in order."""
        with Session(self._engine) as session, session.begin():
            numbers = self._last_numbers(session, {version.item.document_id for version in versions})
            rows = []
            for version in versions:
                numbers[version.item.document_id] += 1
                rows.append(_row(version, numbers[version.item.document_id], collection, run_id))
            session.add_all(rows)
            session.flush()
            ids = [row.id for row in rows]
            parts = [part for id, version in zip(ids, versions, strict=True) for part in _parts(id, version)]
            if parts:
                session.execute(insert(ChunkRow), parts)
            return ids

    def publish(self, version_ids: Sequence[int], collection: str, moved: Mapping[int, int] | None = None) -> None:
        """Make staged versions live and end those of the same items they replace, in one transaction.

        Readers search ``collection`` from then on; what else is published has to be in it already.

        :param moved: for a staged version whose item was found at a new place, the version published at the old one.
        """
        moved = moved or {}
        with Session(self._engine) as session, session.begin():
            first = _first_of_their_items(session, version_ids) - moved.keys()
            for page in pages(sorted(first)):  # at once: they replace nothing, and a new knowledge base is all of them
                news = {"state": PUBLISHED, "published_at": now(), "starts_on": VersionRow.effective_from}
                session.execute(update(VersionRow).where(VersionRow.id.in_(page)).values(news))
            for version_id in version_ids:
                if version_id not in first:
                    self._publish(session, session.get_one(VersionRow, version_id), moved.get(version_id))
            make_live(session, collection)

    def retire(self, version_ids: Sequence[int]) -> None:
        """End versions whose items left their source."""
        today = self._today()
        with Session(self._engine) as session, session.begin():
            for page in pages(version_ids):
                rows = session.execute(
                    select(VersionRow).where(VersionRow.id.in_(page), VersionRow.state == PUBLISHED)
                ).scalars()
                for row in rows.all():
                    row.state, row.ended_at = RETIRED, now()
                    _end_by(session, row.uri, today)

    def _publish(self, session: Session, row: VersionRow, moved_from: int | None) -> None:
        replaced = [VersionRow.uri == row.uri] + ([VersionRow.id == moved_from] if moved_from else [])
        olds = session.execute(select(VersionRow).where(or_(*replaced), VersionRow.state == PUBLISHED)).scalars().all()
        row.starts_on = self._start(session, row, olds)
        for old in olds:
            old.state, old.ended_at = SUPERSEDED, now()
        for uri in {row.uri, *(old.uri for old in olds)}:
            _end_by(session, uri, row.starts_on or BEGINNING)
        row.state, row.published_at = PUBLISHED, now()
        session.flush()

    def _start(self, session: Session, row: VersionRow, olds: Sequence[VersionRow]) -> date | None:
        """When the text takes effect: on its own date; as soon as the same words did before; else today."""
        if row.effective_from:
            return row.effective_from
        for old in olds:
            if old.text == row.text:
                return old.starts_on
        before = select(VersionRow.id).where(VersionRow.uri == row.uri, VersionRow.state != STAGED).limit(1)
        return self._today() if olds or session.execute(before).first() else None

    def _last_numbers(self, session: Session, document_ids: set[str]) -> dict[str, int]:
        found = dict.fromkeys(document_ids, 0)
        known: set[str] = set()
        for page in pages(sorted(document_ids)):
            known |= set(session.execute(select(DocumentRow.id).where(DocumentRow.id.in_(page))).scalars())
            last = select(VersionRow.document_id, func.max(VersionRow.number)).where(VersionRow.document_id.in_(page))
            found.update((id, number) for id, number in session.execute(last.group_by(VersionRow.document_id)))
        session.add_all(DocumentRow(id=id) for id in sorted(document_ids - known))
        session.flush()
        return found


def _first_of_their_items(session: Session, version_ids: Sequence[int]) -> set[int]:
    """Those of these staged versions whose item had none before, and has no other among them."""
    items: dict[str, list[int]] = {}
    known: set[str] = set()
    for page in pages(version_ids):
        for id, uri in session.execute(select(VersionRow.id, VersionRow.uri).where(VersionRow.id.in_(page))):
            items.setdefault(uri, []).append(id)
    for names in pages(list(items)):
        before = select(VersionRow.uri).where(VersionRow.uri.in_(names), VersionRow.state != STAGED).distinct()
        known |= set(session.execute(before).scalars())
    return {ids[0] for uri, ids in items.items() if uri not in known and len(ids) == 1}


def _end_by(session: Session, uri: str, day: date) -> None:
    """Nothing that the item said before is in effect from ``day`` on; what began later never was."""
    earlier = or_(VersionRow.ends_on.is_(None), VersionRow.ends_on > day)
    ended = select(VersionRow).where(VersionRow.uri == uri, VersionRow.state.in_((SUPERSEDED, RETIRED)), earlier)
    for row in session.execute(ended).scalars():
        row.ends_on = max(row.starts_on or BEGINNING, day)


def _row(version: NewVersion, number: int, collection: str, run_id: int | None) -> VersionRow:
    item = version.item
    return VersionRow(
        document_id=item.document_id,
        number=number,
        key=version.key,
        uri=item.uri,
        content_hash=item.content_hash,
        title=version.title,
        kind=item.kind,
        language=version.language,
        audience=item.audience,
        customer_id=item.customer_id,
        author=item.author,
        effective_from=item.effective_from,
        effective_to=item.effective_to,
        text=version.text,
        details=dict(version.details),
        collection=collection,
        state=STAGED,
        run_id=run_id,
    )


def _parts(version_id: int, version: NewVersion) -> list[dict[str, Any]]:
    texts = chunk_texts(version.key, version.title, version.chunks)
    return [chunk_row(version_id, chunk, text) for chunk, text in zip(version.chunks, texts, strict=True)]


def chunk_row(version_id: int, chunk: Chunk, text: ChunkText) -> dict[str, Any]:
    """How a chunk stands in the ledger.

    :param text: what is embedded of it.
    """
    return {
        "version_id": version_id,
        "ordinal": chunk.ordinal,
        "record_id": text.record_id,
        "digest": text.digest,
        "start": chunk.start,
        "end": chunk.end,
        "heading": list(chunk.heading),
        "page": chunk.page,
        "language": chunk.language,
        "header": chunk.header,
        "units": [[unit.start, unit.end, unit.text] for unit in chunk.units],
    }
