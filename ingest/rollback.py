"""Roll a document back: what an earlier version said is published again, as a version of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.documents import DocumentKind, SourceItem
from ingest.errors import IngestUserError, LedgerError
from ingest.knowledge import Knowledge
from ingest.ledger.collections import Collections
from ingest.ledger.history import DocumentHistory, VersionLine
from ingest.ledger.runs import RunLog
from ingest.ledger.shelving import Shelving
from ingest.ledger.tables import PUBLISHED, VersionRow
from ingest.ledger.writing import LedgerWriter, NewVersion
from ingest.shelves import Shelves

if TYPE_CHECKING:
    from sqlalchemy import Engine


def choose_version(
    engine: Engine, document_id: str, number: int | None, today: date
) -> tuple[VersionLine, VersionLine]:
    """The version that is live and the one to go back to: ``number``, or the last that said something else.

    :raises IngestUserError: there is no such document, nothing of it is live, or no such version.
    """
    history = DocumentHistory(engine)
    versions = history.versions(document_id, today)
    if not versions:
        meant = " or ".join(history.like(document_id))
        raise IngestUserError(f"{document_id}: no such document" + (f"; did you mean {meant}?" if meant else ""))
    live = next((each for each in versions if each.status == "live"), None)
    if live is None:
        raise IngestUserError(f"{document_id}: no version is live today; ingest its source instead")
    if number is not None:
        chosen = next((each for each in versions if each.number == number), None)
        if chosen is None:
            raise IngestUserError(f"{document_id}: no version {number}; there are 1 to {versions[-1].number}")
        if chosen.id == live.id:
            raise IngestUserError(f"{document_id}: version {number} is the live one already")
        return live, chosen
    words = history.text(live.id)
    for each in reversed(versions):
        if each.number < live.number and history.text(each.id) != words:
            return live, each
    raise IngestUserError(f"{document_id}: there is no earlier version that says anything else")


def rollback(
    knowledge: Knowledge,
    live: VersionLine,
    chosen: VersionLine,
    renew_lock: Callable[[], None] = lambda: None,
) -> int:
    """Publish what ``chosen`` says in place of ``live``, from today; returns the new version's number.

    The source keeps what it has: the next ingest leaves the document alone until its source changes.
    The caller holds the writer's lock.
    """
    engine = knowledge.engine
    collections, writer = Collections(engine), LedgerWriter(engine)
    name = knowledge.collection_name
    collections.ensure(name, knowledge.embedder.embedder.name, knowledge.embedder.fingerprint)
    with Session(engine) as session:
        old, new = session.get_one(VersionRow, chosen.id), session.get_one(VersionRow, live.id)
        details = {key: value for key, value in old.details.items() if key != "moved_from"}
        item = SourceItem(
            uri=new.uri,
            document_id=new.document_id,
            content_hash=new.content_hash,
            kind=_kind(old.kind),
            title=old.title,
            effective_to=old.effective_to if old.effective_to and old.effective_to > date.today() else None,
            audience=old.audience,
            customer_id=old.customer_id,
            author=old.author,
        )
        language, text = old.language, old.text
    stored = collections.version(chosen.id)
    version = NewVersion(
        item, stored.key, stored.title, language, text, stored.chunks, {**details, "rolled_back_to": chosen.number}
    )
    run_id = RunLog(engine).begin(f"rollback of {live.document_id} to version {chosen.number}")
    renew_lock()
    staged = writer.stage([version], name, run_id)
    shelves = Shelves(knowledge, Shelving(engine))
    embedded = shelves.write([(version.key, version.title, version.chunks)])
    writer.publish(staged, name)
    shelves.clean()
    RunLog(engine).finish(run_id, {"changed": 1, "chunks": len(version.chunks), "embedded": embedded.texts}, [])
    with Session(engine) as session:
        number = select(VersionRow.number).where(VersionRow.id == staged[0], VersionRow.state == PUBLISHED)
        return session.execute(number).scalar_one()


def _kind(kind: str) -> DocumentKind:
    known: tuple[DocumentKind, ...] = get_args(DocumentKind)
    for each in known:
        if kind == each:
            return each
    raise LedgerError(f"the ledger holds a document of unknown kind {kind!r}")
