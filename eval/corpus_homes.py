"""A corpus ingested for real, into a home of its own, to be searched as a company's documents are."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from app.retrieval.passages import Passage
from app.settings import Settings, load_settings
from eval.beir import Document
from eval.bench_home import bench_home
from eval.errors import EvalError
from ingest.chunking import embedding_text
from ingest.documents import Finding, ParsedDocument, SourceItem
from ingest.knowledge import Knowledge, open_knowledge
from ingest.ledger.collections import Collections
from ingest.ledger.reading import LedgerReader, Scope
from ingest.parsing.assembly import assemble
from ingest.parsing.blocks import Extract
from ingest.parsing.plain import plain_blocks
from ingest.pipeline import Progress
from ingest.runs import ingest_into

Show = Callable[[int, int], None]
_SCHEME = "corpus:"
_NO_TITLE = " "  # in place of an empty one the pipeline would embed the document's id


class CorpusSource:
    """The documents of a data set, as a source that can be ingested."""

    name = "the documents of a data set"

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def items(self) -> Iterator[SourceItem | Finding]:
        for at, document in enumerate(self._documents):
            yield SourceItem(
                uri=f"{_SCHEME}d{at}",  # ids that differ in a date alone would be versions of one document
                document_id=f"d{at}",
                content_hash=_digest([document]),
                kind="article",
                title=document.title.strip() or _NO_TITLE,
                language=document.language,
            )

    def read(self, item: SourceItem) -> ParsedDocument:
        document = self._documents[position(item.document_id)]
        text = document.text if document.text.strip() else document.title
        return assemble(Extract(list(plain_blocks(text)), title=item.title), document.id, item.title)

    def covers(self, uri: str) -> bool:
        return uri.startswith(_SCHEME)


def position(document_id: str) -> int:
    """Where in the data set the document stands that the ledger calls ``document_id``."""
    return int(document_id.removeprefix("d"))


@dataclass(frozen=True)
class Ingested:
    """What became of a corpus."""

    home: Path
    documents: int
    refused: int
    passages: int
    ingest_seconds: float


@dataclass(frozen=True)
class StoredPassage:
    """The text of a chunk as it was embedded, and the id that the data set gives its document."""

    id: str
    document: str
    text: str


@dataclass(frozen=True)
class OpenCorpus:
    """A corpus that can be searched."""

    ingested: Ingested
    knowledge: Knowledge
    documents: Sequence[Document]

    def ranked(self, passages: Sequence[Passage]) -> list[str]:
        """The documents of the passages, each at the rank of its best one."""
        found = (self.documents[position(passage.chunk.version.document_id)].id for passage in passages)
        return list(dict.fromkeys(found))

    def passages(self) -> list[StoredPassage]:
        """Every passage of the corpus."""
        collections = Collections(self.knowledge.engine)
        return [
            StoredPassage(
                f"{version.key}:{chunk.ordinal}",
                self.documents[position(version.document_id)].id,
                embedding_text(chunk, version.title),
            )
            for version in LedgerReader(self.knowledge.engine).live_versions(Scope(date.today()))
            for chunk in collections.version(version.id).chunks
        ]


class CorpusHomes:
    """Homes for corpora; one that comes again is not ingested again."""

    def __init__(self, settings: Settings, folder: Path, homes: ExitStack) -> None:
        self._settings = settings
        self._folder = folder
        self._homes = homes
        self._known: dict[str, Ingested] = {}

    def ingested(self, documents: Sequence[Document], show: Show) -> Ingested:
        """The corpus in a home.

        :param show: told how many documents are ingested, of how many.
        :raises EvalError: none of them could be ingested.
        """
        key = _digest(documents)
        if key not in self._known:
            self._known[key] = self._ingest(documents, show)
        return self._known[key]

    @contextmanager
    def opened(self, ingested: Ingested, documents: Sequence[Document]) -> Iterator[OpenCorpus]:
        """The corpus, open for searching with the model that the assistant would search with."""
        with open_knowledge(self._own(ingested.home)) as knowledge:
            yield OpenCorpus(ingested, knowledge, documents)

    def _ingest(self, documents: Sequence[Document], show: Show) -> Ingested:
        folder = self._folder / str(len(self._known))
        folder.mkdir()
        home = self._homes.enter_context(bench_home(self._settings, folder))
        done: list[str] = []

        def shown(document_id: str) -> None:
            done.append(document_id)
            show(len(done), len(documents))

        with open_knowledge(self._own(home), purpose="bulk") as knowledge:
            started = time.perf_counter()
            summary = ingest_into(knowledge, [CorpusSource(documents)], Progress(done=shown))
            seconds = time.perf_counter() - started
        if not summary.added:
            raise EvalError(f"no document of the corpus could be ingested: {summary.findings[0].message}")
        if summary.refused:
            said = next(finding.message for finding in summary.findings if finding.code != "instruction")
            typer.echo(f"{summary.refused} documents were refused and cannot be found, among them {said}", err=True)
        return Ingested(home, summary.added, summary.refused, summary.chunks, round(seconds, 2))

    def _own(self, home: Path) -> Settings:
        return self._settings.model_copy(update={"home": home, "database_url": None, "chroma_url": None})


@contextmanager
def corpus_homes() -> Iterator[CorpusHomes]:
    """Homes that are gone afterwards; their model is that of the settings, and lies where it lay."""
    settings = load_settings()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as homes:
        yield CorpusHomes(settings, Path(folder), homes)


def _digest(documents: Sequence[Document]) -> str:
    digest = hashlib.sha256()
    for document in documents:
        digest.update(document.model_dump_json().encode())
    return digest.hexdigest()
