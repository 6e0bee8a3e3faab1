"""Each chunk and each unit has a vector of its own text; what is known is not embedded again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.documents import Chunk, Unit
from ingest.embedding.base import Progress, TextKind
from ingest.embedding.centring import CentredEmbedder
from ingest.store import StoreConnection, VectorCollection
from ingest.texts import EmbeddedText, embedded_texts
from ingest.vectors import Embedded, VectorWriter


class Recording(CentredEmbedder):
    """The real embedder, which also notes what it is given."""

    def __init__(self, real: CentredEmbedder) -> None:
        super().__init__(real.embedder, real.means, "recorded")
        self.embedded: list[str] = []

    def embed(
        self, texts: Sequence[str], languages: Sequence[str], kind: TextKind, progress: Progress | None = None
    ) -> NDArray[np.float32]:
        self.embedded += texts
        return super().embed(texts, languages, kind, progress)


@pytest.fixture
def recording(embedder: CentredEmbedder) -> Recording:
    return Recording(embedder)


@pytest.fixture
def collection(store: StoreConnection, request: pytest.FixtureRequest) -> VectorCollection:
    return store.collection(f"vectors-{abs(hash(request.node.name))}")


def chunk(*sentences: str, ordinal: int = 0, language: str = "en") -> Chunk:
    units = tuple(Unit(0, len(sentence), sentence) for sentence in sentences)
    return Chunk(ordinal, 0, 10, ("Deadline",), None, language, units)


def known(collection: VectorCollection) -> Callable[[Sequence[EmbeddedText]], dict[str, NDArray[np.float32]]]:
    """All that the collection holds, by digest."""

    def find(_texts: Sequence[EmbeddedText]) -> dict[str, NDArray[np.float32]]:
        return {
            EmbeddedText("", "", "unit", str(record.metadata["language"]), record.text).digest: record.vector
            for record in collection.get(collection.ids())
        }

    return find


def test_every_chunk_and_every_unit_is_written_with_the_vector_of_its_text(
    collection: VectorCollection, recording: Recording, embedder: CentredEmbedder
) -> None:
    chunks = [chunk("Thirty days.", "No more."), chunk("返品は三十日。", ordinal=1, language="ja")]
    texts = embedded_texts("key", "Returns", chunks)
    assert VectorWriter(collection, recording, known(collection)).write(texts) == Embedded(texts=5, chunks=2)
    records = {record.id: record for record in collection.get(collection.ids())}
    assert {id: record.text for id, record in records.items()} == {
        "key:0": "Returns\nDeadline\nThirty days.\nNo more.",
        "key:0:0": "Thirty days.",
        "key:0:1": "No more.",
        "key:1": "Returns\nDeadline\n返品は三十日。",
        "key:1:0": "返品は三十日。",
    }
    assert records["key:1:0"].metadata == {"version": "key", "language": "ja", "part": "unit"}
    assert records["key:0"].metadata == {"version": "key", "language": "en", "part": "chunk"}
    expected = embedder.embed(["返品は三十日。"], ["ja"], "passage")[0]
    assert float(records["key:1:0"].vector @ expected) == pytest.approx(1, abs=1e-4)


def test_a_text_that_occurs_often_is_embedded_once(collection: VectorCollection, recording: Recording) -> None:
    twice = [chunk("Thirty days.", "Thirty days."), chunk("Thirty days.", ordinal=1)]
    texts = embedded_texts("a", "Returns", twice) + embedded_texts("b", "Returns", twice)
    made = VectorWriter(collection, recording, known(collection)).write(texts)
    assert made.texts == len(recording.embedded) == 3  # two different chunks and one sentence
    assert collection.count() == 2 * 5


def test_vectors_that_are_there_serve_again(collection: VectorCollection, recording: Recording) -> None:
    writer = VectorWriter(collection, recording, known(collection))
    writer.write(embedded_texts("old", "Returns", [chunk("Thirty days.", "No more.")]))
    recording.embedded.clear()
    writer.write(embedded_texts("new", "Returns", [chunk("Thirty days.", "No less.")]))
    assert sorted(recording.embedded) == ["No less.", "Returns\nDeadline\nThirty days.\nNo less."]
    old, new = (collection.get([id])[0].vector for id in ("old:0:0", "new:0:0"))
    assert np.array_equal(old, new)


def test_a_text_said_to_be_in_another_language_is_embedded_again(
    collection: VectorCollection, recording: Recording
) -> None:
    writer = VectorWriter(collection, recording, known(collection))
    writer.write(embedded_texts("old", "", [chunk("Bern")]))
    recording.embedded.clear()
    assert writer.write(embedded_texts("new", "", [chunk("Bern", language="de")])).texts == 2
    assert collection.get(["new:0:0"])[0].metadata["language"] == "de"


def test_nothing_to_write_writes_nothing(collection: VectorCollection, recording: Recording) -> None:
    assert VectorWriter(collection, recording, known(collection)).write([]) == Embedded()
    assert collection.count() == 0
