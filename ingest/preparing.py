"""From a listed item to a version that can be staged: fetched from its source, and read."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from ingest.documents import Finding
from ingest.errors import DocumentError, IngestError
from ingest.ledger.writing import NewVersion
from ingest.plan import Work, state_hash
from ingest.reading import Read

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prepared:
    """A version ready to be staged, and what was found on the way."""

    work: Work
    version: NewVersion
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Preparer:
    """Prepares items; safe to share between threads when ``read`` is."""

    read: Read

    def prepare(self, work: Work) -> Prepared:
        """Read one item.

        :raises DocumentError: it cannot be used, be it through a fault of ours: no document keeps the others out.
        """
        try:
            return self._prepared(work)
        except (IngestError, OSError):
            raise
        except Exception as error:
            name = work.item.document_id
            _log.warning("%s cannot be prepared", name, exc_info=True)
            message = f"{name}: it makes polydesk fail ({type(error).__name__}) and was left out; please report it"
            raise DocumentError("crashed", message) from error

    def _prepared(self, work: Work) -> Prepared:
        read = self.read(work.item, work.source.read(work.item))
        state = state_hash(work.item)
        named = f"{read.item.document_id}\n{read.item.uri.rpartition('/')[2]}\n{state}"
        key = hashlib.sha256(named.encode()).hexdigest()[:24]
        details: dict[str, object] = {"countries": read.countries}
        if work.action == "move" and work.replaces and work.replaces.document_id != read.item.document_id:
            details["moved_from"] = work.replaces.document_id
        item = replace(read.item, content_hash=state)
        version = NewVersion(item, key, read.title, read.language, read.text, read.chunks, details)
        return Prepared(work, version, tuple(read.findings))


class PreparedAhead:
    """Prepares items as ``preparer`` does, and has begun with ``work`` before anybody asks for it.

    :param threads: how many of these at a time.
    """

    def __init__(self, preparer: Preparer, work: Sequence[Work], threads: int = 1) -> None:
        self._preparer = preparer
        pool = ThreadPoolExecutor(threads, thread_name_prefix="preparing")
        self._begun = {todo.item.uri: pool.submit(preparer.prepare, todo) for todo in work}
        pool.shutdown(wait=False)  # it ends with the last of them

    def prepare(self, work: Work) -> Prepared:
        """Read one item; raises as :meth:`Preparer.prepare` does."""
        begun = self._begun.pop(work.item.uri, None)
        return begun.result() if begun else self._preparer.prepare(work)
