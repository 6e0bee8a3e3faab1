"""From a listed item to a version that can be staged: read, parsed, cut into chunks."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

from ingest.chunking import chunk
from ingest.documents import Content, Finding, ParsedDocument, SourceItem
from ingest.errors import DocumentError, IngestError
from ingest.ledger.writing import NewVersion
from ingest.parsing.instructions import with_instructions_found
from ingest.places import country_shares
from ingest.plan import Work, state_hash
from ingest.sources import described

_log = logging.getLogger(__name__)
Parse = Callable[[Content], ParsedDocument]


@dataclass(frozen=True)
class Prepared:
    """A version ready to be staged, and what was found on the way."""

    work: Work
    version: NewVersion
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Preparer:
    """Prepares items; safe to share between threads when its functions are.

    :param language_of: the language of a text; the second argument is the one around it.
    :param count_tokens: token counts of texts, in the embedding model's tokens.
    :param effective_from: when texts take effect that do not say it themselves; tickets never do.
    """

    parse: Parse
    language_of: Callable[[str, str | None], str]
    count_tokens: Callable[[Sequence[str]], list[int]]
    effective_from: date | None = None

    def _document(self, item: SourceItem, content: Content | ParsedDocument) -> ParsedDocument:
        """The parsed document; what a source took apart itself is looked through as every other one is."""
        if isinstance(content, Content):
            return self.parse(content)
        return with_instructions_found(content, item.document_id)

    def prepare(self, work: Work) -> Prepared:
        """Read one item.

        :raises DocumentError: it cannot be used, be it through a fault of ours: no document keeps the others out.
        """
        try:
            return self._read(work)
        except (IngestError, OSError):
            raise
        except Exception as error:
            name = work.item.document_id
            _log.warning("%s cannot be prepared", name, exc_info=True)
            message = f"{name}: it makes polydesk fail ({type(error).__name__}) and was left out; please report it"
            raise DocumentError("crashed", message) from error

    def _read(self, work: Work) -> Prepared:
        content = work.source.read(work.item)
        document = self._document(work.item, content)
        item = described(work.item, document)
        if item.effective_from is None and item.kind != "ticket":
            item = replace(item, effective_from=self.effective_from)
        findings = tuple(Finding(item.document_id, each.code, each.message) for each in document.findings)
        language = item.language or self.language_of(document.text, None)
        title = item.title or item.document_id
        shares = country_shares(document.text, title, language)  # while the model, which counts tokens, still loads
        chunks = chunk(
            document,
            language_of=lambda words: self.language_of(words, language),
            count_tokens=self.count_tokens,
            title=title,
        )
        if not chunks:
            raise DocumentError("empty", f"{item.document_id}: no words were found in it")
        state = state_hash(work.item)
        key = hashlib.sha256(f"{item.document_id}\n{item.uri.rpartition('/')[2]}\n{state}".encode()).hexdigest()[:24]
        details: dict[str, object] = {"countries": shares}
        if work.action == "move" and work.replaces and work.replaces.document_id != item.document_id:
            details["moved_from"] = work.replaces.document_id
        version = NewVersion(replace(item, content_hash=state), key, title, language, document.text, chunks, details)
        return Prepared(work, version, findings)


class PreparedAhead:
    """Prepares items as ``preparer`` does, and has begun with ``work`` before anybody asks for it."""

    def __init__(self, preparer: Preparer, work: Sequence[Work]) -> None:
        self._preparer = preparer
        pool = ThreadPoolExecutor(1, thread_name_prefix="preparing")
        self._begun = {todo.item.uri: pool.submit(preparer.prepare, todo) for todo in work}
        pool.shutdown(wait=False)  # it ends with the last of them

    def prepare(self, work: Work) -> Prepared:
        """Read one item; raises as :meth:`Preparer.prepare` does."""
        begun = self._begun.pop(work.item.uri, None)
        return begun.result() if begun else self._preparer.prepare(work)
