"""The ledger's tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

STAGED, PUBLISHED, SUPERSEDED, RETIRED = "staged", "published", "superseded", "retired"
# Where a version's records are: searched for every question, for questions about the past, or nowhere.
LIVE, PAST, NOWHERE = "live", "past", "none"
BEGINNING = date(1, 1, 1)


def now() -> datetime:
    """The present moment in UTC, without a zone, as the tables keep it."""
    return datetime.now(UTC).replace(tzinfo=None)


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {dict[str, Any]: JSON, list[Any]: JSON}


class DocumentRow(Base):
    """A document, whatever its versions."""

    __tablename__ = "documents"
    id: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class VersionRow(Base):
    """One text of a document, for one effective period.

    ``staged`` is being written, ``published`` is what its source holds now,
    ``superseded`` was replaced by a newer text of the same item, ``retired`` left
    its source. Whether it is *in effect* on a day is said by ``starts_on`` and
    ``ends_on`` (half-open; None for always) and by ``effective_to``: a superseded text stays in
    effect until the day on which its successor begins.
    """

    __tablename__ = "versions"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        Index("ix_versions_uri_state", "uri", "state"),
        Index("ix_versions_document_state", "document_id", "state"),
        Index("ix_versions_shelf_state", "shelf", "state"),
        # In PostgreSQL likewise, by its migration: named here, it would have every command import that dialect.
        Index("ix_versions_customer_id", "customer_id", sqlite_where=sql("customer_id IS NOT NULL")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(index=True)  # from content alone, so that a clean ingest gives the same
    uri: Mapped[str]
    content_hash: Mapped[str]
    title: Mapped[str]
    kind: Mapped[str]
    language: Mapped[str]
    audience: Mapped[str]
    customer_id: Mapped[str | None]
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    text: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    collection: Mapped[str]
    state: Mapped[str]
    author: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date | None]  # as declared, or the day on which it replaced another text
    ends_on: Mapped[date | None]
    shelf: Mapped[str] = mapped_column(default=LIVE)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column(index=True)


class ChunkRow(Base):
    """A chunk's place in its version; ``units`` holds ``[start, end, text]`` triples."""

    __tablename__ = "chunks"
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(index=True)  # its id in the vector store and the lexical index
    digest: Mapped[str] = mapped_column(index=True)  # of the text that is embedded; VectorRow has the vectors
    start: Mapped[int]
    end: Mapped[int]
    heading: Mapped[list[Any]]
    page: Mapped[int | None]
    language: Mapped[str]
    header: Mapped[str]
    units: Mapped[list[Any]]


class VectorRow(Base):
    """What one model made of a chunk's text, as :class:`ingest.chunk_vectors.ChunkVectors` writes it.

    Whatever the vector store holds can be made anew from these rows, without the model.
    """

    __tablename__ = "vectors"
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    payload: Mapped[bytes]


class RunRow(Base):
    """One ingest run."""

    __tablename__ = "runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    operator: Mapped[str] = mapped_column(default="")  # who ran it
    started_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class FindingRow(Base):
    """Something a run found that operations should see."""

    __tablename__ = "findings"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    item: Mapped[str]
    code: Mapped[str]
    message: Mapped[str]


class CollectionRow(Base):
    """A collection of the vector store, named by the model that made its vectors."""

    __tablename__ = "collections"
    name: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[str]  # as the settings named it
    fingerprint: Mapped[str] = mapped_column(default="")
    state: Mapped[str]  # filling, live, or left for another
    created_at: Mapped[datetime] = mapped_column(default=now)


class LockRow(Base):
    """Who may write to a collection, until when."""

    __tablename__ = "locks"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    expires_at: Mapped[datetime]
