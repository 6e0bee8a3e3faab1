"""The sample to search in, and passages made of a few sentences with the vectors of the real model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from app.retrieval.passages import Passage
from app.retrieval.search import PassageSearch
from ingest.chunk_embedding import Wording, embed_chunks
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import Knowledge, open_knowledge
from ingest.settings import IngestSettings
from tests.app.passages import passage

MakePassage = Callable[..., Passage]


@pytest.fixture(scope="package")
def sample(sample_home: Path) -> Iterator[Knowledge]:
    with open_knowledge(IngestSettings(home=sample_home)) as knowledge:
        yield knowledge


@pytest.fixture(scope="package")
def search(sample: Knowledge) -> PassageSearch:
    return PassageSearch(sample)


@pytest.fixture
def make_passage(embedder: CentredEmbedder) -> MakePassage:
    """Makes passages as the search would; each is of another document unless one is named."""
    numbers = count()

    def make(
        units: Sequence[str],
        *,
        title: str = "Returns",
        heading: tuple[str, ...] = ("Deadlines",),
        language: str = "en",
        countries: Mapping[str, float] | None = None,
        document: str = "",
        **version: Any,
    ) -> Passage:
        document = document or f"paper-{next(numbers)}.md"
        (vectors,), _ = embed_chunks(embedder, [Wording(language, "\n".join((title, *heading)), units)])
        plain = passage(units, document=document, language=language)
        about = {"title": title, "details": {"countries": dict(countries or {})}, **version}
        chunk = replace(plain.chunk, heading=heading, version=replace(plain.chunk.version, **about))
        return replace(plain, chunk=chunk, embedder=embedder, vectors=vectors)

    return make
