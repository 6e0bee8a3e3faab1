"""Briefs on what the ledger has: made when first asked for, and kept, since versions do not change."""

from __future__ import annotations

import threading
from datetime import date, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.desk.changes.brief import Brief, brief_id, brief_of
from app.desk.changes.comparing import compare_versions
from app.desk.changes.likeness import EmbedLines
from app.desk.changes.lines import lines_of
from app.errors import AppError, AppUserError
from ingest.ledger.changes import ChangeLog, LedgerChange
from ingest.ledger.collections import Collections
from ingest.ledger.history import DocumentHistory
from ingest.ledger.reading import readable_by

_EXCERPT = 5  # sentences of a document that is new or gone
_KEPT = 2000


class Briefs:
    """Safe to share between threads.

    :param embed: centred vectors, asked where the words of sentences leave it open which became which.
    """

    def __init__(self, engine: Engine, embed: EmbedLines | None = None) -> None:
        self.engine = engine
        self._log = ChangeLog(engine)
        self._embed = embed
        self._last: tuple[object, list[LedgerChange]] | None = None
        self._known: dict[str, Brief] = {}
        self._comparing = threading.Lock()

    def of(
        self,
        since: datetime | None = None,
        run_id: int | None = None,
        document_id: str | None = None,
        audience: str | None = None,
        most: int | None = None,
    ) -> list[Brief]:
        """The briefs, the newest first, without those of which there is nothing to tell.

        :param audience: what the reader may read; everything when None.
        :param most: how many changes of the ledger are looked at.
        :raises AppUserError: there is no such document.
        """
        if document_id is not None:
            self._require(document_id)
        found = [
            each
            for each in self._changes()
            if (since is None or each.at >= since)
            and (run_id is None or (each.run is not None and each.run.id == run_id))
            and (document_id is None or each.version.document_id == document_id)
        ]
        briefs = (self._brief(each) for change in found[:most] if (each := _read(change, audience)))
        return [brief for brief in briefs if not brief.is_empty]

    def one(self, id: str, audience: str | None = None) -> Brief | None:
        """The brief with this id; None where there is none, or it is not for the reader."""
        found = (_read(each, audience) for each in self._changes())
        return next((self._brief(each) for each in found if each and brief_id(each.version, each.what) == id), None)

    def known(self, audience: str | None = None, most: int | None = None) -> list[Brief]:
        """As :meth:`of`, but only those that were made before: nobody waits."""
        found = (_read(each, audience) for each in self._changes()[:most])
        briefs = (self._known.get(_key(each)) for each in found if each)
        return [brief for brief in briefs if brief is not None and not brief.is_empty]

    def generation(self) -> object:
        """Another one whenever there may be another brief."""
        self._changes()
        return self._last[0] if self._last else None

    def _changes(self) -> list[LedgerChange]:
        """All that the ledger has; read again only when there is something new."""
        try:
            generation = self._log.generation()
            read = self._last
            if read is None or read[0] != generation:
                read = self._last = (generation, self._log.changes())
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise AppError(f"the changes cannot be read from the ledger: {reason}") from error
        return read[1]

    def _brief(self, change: LedgerChange) -> Brief:
        key = _key(change)
        if key not in self._known:
            with self._comparing:  # one at a time: who else asks for it finds it made
                if key not in self._known:
                    if len(self._known) >= _KEPT:
                        self._known.pop(next(iter(self._known)))
                    self._known[key] = self._made(change)
        return self._known[key]

    def _made(self, change: LedgerChange) -> Brief:
        versions = Collections(self.engine)
        new = versions.version(change.version.id).chunks
        facts = (change.what, change.at, change.version, change.before, change.run)
        if change.what != "changed" or change.before is None:
            begin = [line.text for line in lines_of(new) if line.kind != "heading"][:_EXCERPT]
            return brief_of(*facts, excerpt=begin)
        old = versions.version(change.before.id).chunks
        return brief_of(*facts, changes=compare_versions(old, new, self._embed))

    def _require(self, document_id: str) -> None:
        history = DocumentHistory(self.engine)
        if not history.versions(document_id, date.today()):
            known = history.like(document_id)
            meant = " or ".join(known)
            raise AppUserError(f"{document_id}: no such document" + (f"; did you mean {meant}?" if meant else ""))


def _read(change: LedgerChange, audience: str | None) -> LedgerChange | None:
    """The change as the reader may see it: what is not for them any more is gone, with no word of what it says now."""
    if audience is None:
        return change
    readable = readable_by(audience)
    now = change.version.audience in readable
    before = change.before is None or change.before.audience in readable
    if now and before:
        return change
    if now:  # not for them until now
        return LedgerChange("new", change.at, change.version, None, change.run)
    if change.before is not None and before:
        return LedgerChange("retired", change.at, change.before, change.before, change.run)
    return None


def _key(change: LedgerChange) -> str:
    return f"{change.version.id}-{change.what}-{change.before.id if change.before else 0}"
