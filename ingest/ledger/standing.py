"""What is live on a day, as one short code: whoever keeps something made of the documents compares it later."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Engine, Select, bindparam, func, or_, select

from ingest.ledger.tables import STAGED, CollectionRow, VersionRow


class Standing:
    """Codes of what is live; one is cheap to get, also of a large ledger. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turns = lru_cache(maxsize=256)(self._turns_until)

    def on(self, day: date) -> str:
        """Another one after whatever is published, ends, is forgotten or moved; and once a day comes on which a
        version takes effect or loses it, though nobody wrote anything."""
        with self._engine.connect() as connection:
            written = tuple(connection.execute(_written()).one())
        return hashlib.sha256(repr((written, self._turns(written, day))).encode()).hexdigest()[:32]

    def _turns_until(self, _written: tuple[object, ...], day: date) -> tuple[object, ...]:
        """Whether a day makes a difference takes a look at every version: it is kept until something is written."""
        with self._engine.connect() as connection:
            return tuple(connection.execute(_turned(), {"day": day}).one())


@cache
def _written() -> Select[Any]:
    """Counts, too: clocks are set back, and what is forgotten takes its times along."""
    published, ended = VersionRow.published_at, VersionRow.ended_at
    last_published, last_ended = (select(func.max(time)).scalar_subquery() for time in (published, ended))
    number_published, number_ended = (select(func.count(time)).scalar_subquery() for time in (published, ended))
    collection = select(CollectionRow.name).where(CollectionRow.state == "live").limit(1).scalar_subquery()
    return select(last_published, number_published, last_ended, number_ended, collection)


@cache
def _turned() -> Select[int, int, int]:
    """How many versions had begun and ended by the day, in each of the ways in which they do."""
    day = bindparam("day", type_=VersionRow.starts_on.type)
    columns = (VersionRow.starts_on, VersionRow.ends_on, VersionRow.effective_to)
    begun, ended, expired = (func.count().filter(column <= day) for column in columns)
    dated = or_(*(column.is_not(None) for column in columns))
    return select(begun, ended, expired).where(VersionRow.state != STAGED, dated)
