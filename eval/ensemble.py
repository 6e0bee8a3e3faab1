"""The usual way to search, to compare with: LangChain's EnsembleRetriever on the same passages.

BM25 and Chroma, their ranks fused with equal weights (Cormack et al. 2009). Chroma holds the vectors of the same
embedding model as they come out of it. BM25 is given words that suit every language: LangChain's own default splits
at spaces only, and finds next to nothing in Chinese or Thai.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

import regex

from eval.corpus_homes import StoredPassage
from eval.errors import EvalUserError
from ingest.embedding.base import Embedder, TextKind

if TYPE_CHECKING:
    import numpy as np
    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

Search = Callable[[str], list[str]]
_PACKAGES = ("chromadb", "langchain_chroma", "langchain_classic", "langchain_community", "rank_bm25")
_WEIGHTS = [0.5, 0.5]
_BATCH = 5_000  # what Chroma takes at once
_WITHOUT_SPACES = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_WORDS = regex.compile(rf"(?V1)({_WITHOUT_SPACES}+)|[[\p{{L}}\p{{M}}\p{{N}}]--{_WITHOUT_SPACES}]+")


def can_compare() -> bool:
    """Whether the packages are installed that the comparison needs."""
    return all(find_spec(name) for name in _PACKAGES)


def require_packages() -> None:
    """:raises EvalUserError: a package is missing that the comparison needs."""
    if not can_compare():
        missing = ", ".join(name.replace("_", "-") for name in _PACKAGES if not find_spec(name))
        raise EvalUserError(f"the comparison needs {missing}: run `pip install 'polydesk[compare]'`, or --no-compare")


class KeptVectors:
    """Vectors of texts as the model makes them; what was embedded once is kept for the corpora that follow."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: dict[tuple[TextKind, str], NDArray[np.float32]] = {}

    def embed(
        self, texts: Sequence[str], kind: TextKind, progress: Callable[[int], None] | None = None
    ) -> list[list[float]]:
        """A vector for each text."""
        new = [text for text in dict.fromkeys(texts) if (kind, text) not in self._kept]
        if new:
            self._kept |= zip(((kind, text) for text in new), self._embedder.embed(new, kind, progress), strict=True)
        return [self._kept[kind, text].tolist() for text in texts]


@contextmanager
def ensemble(passages: Sequence[StoredPassage], vectors: KeptVectors, depth: int) -> Iterator[Search]:
    """A search over ``passages``; it gives their documents, each at the rank of its best passage.

    :param depth: passages that each of the two retrievers finds.
    """
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from langchain_chroma import Chroma
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever

    texts = [passage.text for passage in passages]
    metadata = [{"passage": passage.id, "document": passage.document} for passage in passages]
    client = chromadb.EphemeralClient(ChromaSettings(anonymized_telemetry=False))
    name = f"ensemble-{uuid.uuid4().hex}"  # clients in memory share their collections
    dense = Chroma(name, _embeddings(vectors), client=client)
    try:
        for first in range(0, len(texts), _BATCH):
            dense.add_texts(texts[first : first + _BATCH], metadata[first : first + _BATCH])
        lexical = BM25Retriever.from_texts(texts, metadata, preprocess_func=words, k=depth)
        fused = EnsembleRetriever(
            retrievers=[lexical, dense.as_retriever(search_kwargs={"k": depth})], weights=_WEIGHTS, id_key="passage"
        )
        yield partial(_documents, fused.invoke)
    finally:
        client.delete_collection(name)


def words(text: str) -> list[str]:
    """The words of ``text`` in lower case; where a script has no spaces, every two neighbouring letters."""
    found: list[str] = []
    for match in _WORDS.finditer(text.lower()):
        run = match[1]
        found += [run[at : at + 2] for at in range(max(1, len(run) - 1))] if run else [match[0]]
    return found


def _documents(invoke: Callable[[str], Sequence[object]], question: str) -> list[str]:
    return list(dict.fromkeys(str(found.metadata["document"]) for found in invoke(question)))  # type: ignore[attr-defined]


def _embeddings(vectors: KeptVectors) -> Embeddings:
    from langchain_core.embeddings import Embeddings

    class OfKeptVectors(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return vectors.embed(texts, "passage")

        def embed_query(self, text: str) -> list[float]:
            return vectors.embed([text], "query")[0]

    return OfKeptVectors()
