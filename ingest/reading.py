"""From the bytes of a document to its chunks: all of preparing it that needs neither its source nor the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ingest.chunking import chunk
from ingest.documents import Chunk, Content, Finding, ParsedDocument, SourceItem
from ingest.errors import DocumentError
from ingest.languages.identify import identify_question
from ingest.parsing.instructions import with_instructions_found
from ingest.places import country_shares
from ingest.sources import described

Parse = Callable[[Content], ParsedDocument]
_DEFAULT_LANGUAGE = "en"  # of a text with no letters in it, and nothing around it that has


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document, cut into chunks. ``item`` is what the source says of it with what it says of itself."""

    item: SourceItem
    title: str
    language: str
    text: str
    chunks: Sequence[Chunk]
    countries: Mapping[str, float]  # the shares of countries that it speaks of
    findings: Sequence[Finding]


Read = Callable[[SourceItem, Content | ParsedDocument], ReadDocument]
"""Reads one document, here or elsewhere; raises ``DocumentError`` when it cannot be used."""


@dataclass(frozen=True)
class DocumentReader:
    """Reads documents; safe to share between threads when its functions are.

    :param language_of: the language of a text; the second argument is the one around it.
    :param count_tokens: token counts of texts, in the embedding model's tokens.
    :param effective_from: when texts take effect that do not say it themselves; tickets never do.
    """

    parse: Parse
    language_of: Callable[[str, str | None], str]
    count_tokens: Callable[[Sequence[str]], list[int]]
    effective_from: date | None = None

    def __call__(self, item: SourceItem, content: Content | ParsedDocument) -> ReadDocument:
        """Read one document.

        :raises DocumentError: it cannot be used.
        """
        document = self._document(item, content)
        item = described(item, document)
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
        return ReadDocument(item, title, language, document.text, chunks, shares, findings)

    def _document(self, item: SourceItem, content: Content | ParsedDocument) -> ParsedDocument:
        """The parsed document; what a source took apart itself is looked through as every other one is."""
        if isinstance(content, Content):
            return self.parse(content)
        return with_instructions_found(content, item.document_id)


def language_of(text: str, around: str | None) -> str:
    """ISO 639-1 code of ``text``; that of the document ``around`` it where it says little."""
    return identify_question(text, around or _DEFAULT_LANGUAGE).language
