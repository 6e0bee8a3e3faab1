"""Make the vector store and the lexical index of a home from its ledger, and hold them against it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.errors import AppError
from app.settings import Settings
from ingest.ledger.tables import LockRow

_STORE_ENDS_S = 30.0


def make_indexes(home: Path, settings: Settings, progress: Callable[[int], None]) -> int:
    """Fill the store and the index of a home whose ledger was just put there; how many records they have.

    Nothing is embedded: the ledger has the vectors. The store has ended when this returns.

    :param progress: called with the number of records looked at since the last call.
    :raises AppError: store and ledger do not agree at the end.
    """
    from ingest.knowledge import open_knowledge
    from ingest.ledger.collections import Collections
    from ingest.ledger.locks import writer_lock
    from ingest.ledger.shelving import Shelving
    from ingest.shelves import Shelves
    from ingest.verify import Verifier

    local = settings.model_copy(update={"home": home, "database_url": None, "chroma_url": None})
    try:
        with open_knowledge(local) as knowledge:
            collections, shelving = Collections(knowledge.engine), Shelving(knowledge.engine)
            if collections.live() is None:  # nothing was ever published
                return 0
            with Session(knowledge.engine) as session, session.begin():
                session.execute(delete(LockRow))  # of whoever was writing when the backup was taken
            with writer_lock(knowledge.engine):
                # Half way to another model, some versions count as its own already; the next ingest goes on from there.
                collections.move(list(collections.outside(knowledge.collection_name)), knowledge.collection_name)
                shelves = Shelves(knowledge, shelving)
                shelves.clean()
                verifier = Verifier(shelves, shelving, collections)
                verifier.verify(repair=True, progress=progress)
                found = verifier.verify(progress=progress)
        if found.found:
            raise AppError(f"{len(found.found)} of {found.records} records of the store could not be made again")
        return found.records
    finally:
        wait_until_store_ended(home)


def wait_until_store_ended(home: Path) -> bool:
    """Wait until nobody owns the data of the store of ``home``; False when somebody still does after all that time."""
    from ingest.store.leases import wait_for_end
    from ingest.store.paths import StorePaths

    return wait_for_end(StorePaths.under(home), _STORE_ENDS_S)
