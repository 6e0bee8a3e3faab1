"""What readers ask the ledger: which of these hits are live, and what do they say?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from ingest.documents import Unit
from ingest.ledger.tables import BEGINNING, NOWHERE, STAGED, ChunkRow, CollectionRow, VersionRow
from ingest.paging import pages

_AUDIENCES = ("all", "agent", "manager")  # each may read what those before it may


@dataclass(frozen=True, slots=True)
class Scope:
    """What one asker may read, and as of when.

    A customer's tickets are read only where that customer is named. ``kinds`` are the document
    kinds wanted, None for all. ``everything`` is for those who look after the knowledge base itself.
    """

    as_of: date
    audience: str = "agent"
    customer_id: str | None = None
    everything: bool = False
    kinds: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """The version that a chunk belongs to."""

    id: int
    key: str
    document_id: str
    number: int
    title: str
    kind: str
    language: str
    uri: str
    effective_from: date | None
    customer_id: str | None
    details: Mapping[str, Any]
    audience: str = "all"

    @property
    def countries(self) -> Mapping[str, float]:
        """Shares of the countries that the document is about, by ISO 3166-1 code."""
        shares: Mapping[str, float] = self.details.get("countries", {})
        return shares


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A live chunk with its words."""

    record_id: str
    digest: str  # of its text, under which the ledger has its vectors
    version: VersionInfo
    start: int
    end: int
    text: str
    heading: tuple[str, ...]
    page: int | None
    language: str
    header: str
    units: tuple[Unit, ...]


class LedgerReader:
    """Read-only questions to the ledger; cheap enough to be asked for every question."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def live_chunks(self, record_ids: Sequence[str], scope: Scope) -> dict[str, StoredChunk]:
        """Those of ``record_ids`` that are live for ``scope``, with their text, by record id."""
        found: dict[str, StoredChunk] = {}
        with self._engine.connect() as connection:
            for page in pages(record_ids):
                for row in connection.execute(_chunks(scope), {"ids": page}).all():
                    id, digest, start, end, heading, number, language, header, units, text, *version = row
                    found[id] = StoredChunk(
                        record_id=id,
                        digest=digest,
                        version=VersionInfo(*version),
                        start=start,
                        end=end,
                        text=text,
                        heading=tuple(heading),
                        page=number,
                        language=language,
                        header=header,
                        units=tuple(Unit(*unit) for unit in units),
                    )
        return found

    def live_ids(self, record_ids: Sequence[str], scope: Scope) -> set[str]:
        """Those of ``record_ids`` that are live for ``scope``; cheaper than their text."""
        with self._engine.connect() as connection:
            return {id for page in pages(record_ids) for id in connection.execute(_ids(scope), {"ids": page}).scalars()}

    def chunks_of(self, keys: Sequence[str], most: int) -> dict[str, str]:
        """Digests of the first ``most`` chunks of these versions, by record id."""
        with self._engine.connect() as connection:
            rows = connection.execute(_of_keys(), {"keys": list(keys), "most": most})
            return {row.record_id: row.digest for row in rows}

    def generation(self) -> tuple[object, ...]:
        """Changes whenever a version is published or ended, or readers are sent to another collection.

        Whoever asks the store and then the ledger holds one whole state when this is the same before and after.
        """
        with self._engine.connect() as connection:
            return tuple(connection.execute(_generation()).one())

    def live_versions(self, scope: Scope) -> list[VersionInfo]:
        """Every live version in scope, by document id."""
        statement = select(*_VERSION_COLUMNS).where(*live(scope)).order_by(VersionRow.document_id)
        with self._engine.connect() as connection:
            return [
                VersionInfo(**{column.key[2:]: row._mapping[column.key] for column in _VERSION_COLUMNS})
                for row in connection.execute(statement)
            ]

    def are_live(self, version_ids: Sequence[int], scope: Scope) -> bool:
        """Whether all of these versions are live for ``scope``."""
        with self._engine.connect() as connection:
            for page in pages(sorted(set(version_ids))):
                wanted = select(func.count()).where(VersionRow.id.in_(page), *live(scope))
                if connection.execute(wanted).scalar_one() < len(page):
                    return False
        return True

    def live_keys(self, scope: Scope, most: int) -> list[str]:
        """Keys of ``most`` live versions in scope, the latest first."""
        return self._read_keys(_keys(scope), most)

    def customer_keys(self, scope: Scope, most: int) -> list[str]:
        """Keys of the ``most`` latest live versions that are about the customer of the scope alone."""
        return self._read_keys(_customer_keys(scope), most)

    def country_shares(self) -> list[tuple[str, Mapping[str, float]]]:
        """Key of every version that was or will be in effect, with the shares of the countries it is about."""
        statement = select(VersionRow.key, VersionRow.details["countries"]).where(
            VersionRow.state != STAGED, VersionRow.shelf != NOWHERE
        )
        with self._engine.connect() as connection:
            return [(key, shares or {}) for key, shares in connection.execute(statement)]

    def _read_keys(self, statement: Select[Any], most: int) -> list[str]:
        with self._engine.connect() as connection:
            return list(connection.execute(statement, {"most": most}).scalars())


# Putting a statement together takes longer than running it, so each is kept: one for whoever asks with the same scope.
_SCOPES = 256

_VERSION_COLUMNS = tuple(getattr(VersionRow, name).label(f"v_{name}") for name in VersionInfo.__dataclass_fields__)


@lru_cache(maxsize=_SCOPES)
def _chunks(scope: Scope) -> Select[Any]:
    names = ("record_id", "digest", "start", "end", "heading", "page", "language", "header", "units")
    words = func.substr(VersionRow.text, ChunkRow.start + 1, ChunkRow.end - ChunkRow.start)
    return _of_ids(select(*(getattr(ChunkRow, name) for name in names), words, *_VERSION_COLUMNS), scope)


@lru_cache(maxsize=_SCOPES)
def _ids(scope: Scope) -> Select[Any]:
    return _of_ids(select(ChunkRow.record_id), scope)


@lru_cache(maxsize=_SCOPES)
def _keys(scope: Scope) -> Select[Any]:
    return select(VersionRow.key).where(*live(scope)).order_by(VersionRow.id.desc()).limit(bindparam("most"))


@lru_cache(maxsize=_SCOPES)
def _customer_keys(scope: Scope) -> Select[Any]:
    return _keys(scope).where(VersionRow.customer_id == scope.customer_id)


def _of_ids(found: Select[Any], scope: Scope) -> Select[Any]:
    wanted = ChunkRow.record_id.in_(bindparam("ids", expanding=True))
    return found.join(VersionRow, VersionRow.id == ChunkRow.version_id).where(wanted, *live(scope))


@cache
def _of_keys() -> Select[Any]:
    versions = select(VersionRow.id).where(VersionRow.key.in_(bindparam("keys", expanding=True)))
    found = select(*(getattr(ChunkRow, name) for name in ("record_id", "digest")))
    return found.where(ChunkRow.version_id.in_(versions)).limit(bindparam("most"))


@cache
def _generation() -> Select[Any]:
    published_at = select(func.max(VersionRow.published_at)).scalar_subquery()
    ended_at = select(func.max(VersionRow.ended_at)).scalar_subquery()
    collection = select(CollectionRow.name).where(CollectionRow.state == "live").limit(1).scalar_subquery()
    return select(published_at, ended_at, collection)


def live(scope: Scope) -> list[ColumnElement[bool]]:
    """The conditions under which a row of ``versions`` is live for ``scope``.

    Of several versions of a document in effect on that day, the one whose effect
    began last is live; among equals, the one with the higher number.
    """
    other = aliased(VersionRow)
    own_start = func.coalesce(VersionRow.starts_on, BEGINNING)
    other_start = func.coalesce(other.starts_on, BEGINNING)
    newer = exists().where(
        other.document_id == VersionRow.document_id,
        other.id != VersionRow.id,
        *_in_effect(other, scope.as_of),
        or_(other_start > own_start, and_(other_start == own_start, other.number > VersionRow.number)),
    )
    effective = [*_in_effect(VersionRow, scope.as_of), ~newer]
    if scope.kinds is not None:
        effective.append(VersionRow.kind.in_(sorted(scope.kinds)))
    if scope.everything:
        return effective
    customer: ColumnElement[bool] = VersionRow.customer_id.is_(None)
    if scope.customer_id is not None:
        customer = or_(customer, VersionRow.customer_id == scope.customer_id)
    return [*effective, VersionRow.audience.in_(readable_by(scope.audience)), customer]


def readable_by(audience: str) -> tuple[str, ...]:
    """The audiences whose documents ``audience`` may read."""
    if audience in _AUDIENCES:
        return _AUDIENCES[: _AUDIENCES.index(audience) + 1]
    return ("all", audience)


def _in_effect(version: type[VersionRow], day: date) -> list[ColumnElement[bool]]:
    return [
        version.state != STAGED,
        or_(version.starts_on.is_(None), version.starts_on <= day),
        or_(version.ends_on.is_(None), version.ends_on > day),
        or_(version.effective_to.is_(None), version.effective_to > day),
    ]
