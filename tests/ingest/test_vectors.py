"""Each chunk has the vectors of its own texts, in the ledger and in the store; what is known is not embedded again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from ingest import vectors
from ingest.chunk_embedding import LocalEncoder
from ingest.chunk_vectors import CONTEXT_WEIGHT
from ingest.documents import Chunk, Unit
from ingest.embedding.base import Embedder, Encoded, Progress, TextKind
from ingest.embedding.centring import CentredEmbedder
from ingest.embedding.token_codes import codes_of
from ingest.embedding.windows import encode_windows
from ingest.ledger.engine import open_ledger
from ingest.ledger.vectors import VectorShelf
from ingest.store import StoreConnection, VectorCollection
from ingest.text_vectors import TextVectors
from ingest.texts import chunk_texts
from ingest.vectors import Embedded, VectorWriter


class Recording:
    """The real model, which also notes what it is given."""

    def __init__(self, real: Embedder) -> None:
        self.name, self.fingerprint, self.dimension = "recorded", real.fingerprint, real.dimension
        self.embed, self.count_tokens = real.embed, real.count_tokens
        self._real = real
        self.embedded: list[str] = []

    def encode(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Encoded:
        self.embedded += texts
        return self._real.encode(texts, kind, progress)


@pytest.fixture
def recording(embedder: CentredEmbedder) -> Recording:
    return Recording(embedder.embedder)


@pytest.fixture
def centred(recording: Recording, embedder: CentredEmbedder) -> CentredEmbedder:
    return CentredEmbedder(recording, embedder.means, "recorded")


@pytest.fixture
def collection(store: StoreConnection, request: pytest.FixtureRequest) -> VectorCollection:
    return store.collection(f"vectors-{abs(hash(request.node.name))}")


@pytest.fixture
def kept(tmp_path: Path, centred: CentredEmbedder) -> Iterator[VectorShelf]:
    engine = open_ledger(tmp_path / "home")
    yield VectorShelf(engine, centred.fingerprint)
    engine.dispose()


@pytest.fixture
def writer(collection: VectorCollection, kept: VectorShelf, centred: CentredEmbedder) -> VectorWriter:
    return VectorWriter(collection, TextVectors(kept, LocalEncoder(centred)))


def chunk(*sentences: str, ordinal: int = 0, language: str = "en") -> Chunk:
    units = tuple(Unit(0, len(sentence), sentence) for sentence in sentences)
    return Chunk(ordinal, 0, 10, ("Deadline",), None, language, units)


CHUNKS = [chunk("Thirty days.", "No more."), chunk("返品は三十日。", ordinal=1, language="ja")]


def test_every_chunk_is_one_record_with_the_words_that_are_indexed(
    collection: VectorCollection, writer: VectorWriter
) -> None:
    assert writer.write(chunk_texts("key", "Returns", CHUNKS)) == Embedded(
        texts=3 + 1, chunks=2
    )  # each its context, in two languages, and a window
    records = {record.id: record for record in collection.get(collection.ids())}
    assert {id: record.text for id, record in records.items()} == {
        "key:0": "Returns\nDeadline\nThirty days.\nNo more.",
        "key:1": "Returns\nDeadline\n返品は三十日。",
    }
    assert records["key:0"].metadata == {"version": "key", "language": "en", "units": 2}
    assert records["key:1"].metadata == {"version": "key", "language": "ja", "units": 1}


def test_context_and_units_have_the_vectors_of_their_own_words(
    writer: VectorWriter, kept: VectorShelf, embedder: CentredEmbedder
) -> None:
    texts = chunk_texts("key", "Returns", CHUNKS)
    writer.write(texts)
    found = kept.get(text.digest for text in texts)
    for text in texts:
        stored = found[text.digest]
        context, body = encode_windows(embedder, [(text.context,), text.units], [text.language] * 2)
        assert float(stored.context @ context.vector) == pytest.approx(1, abs=1e-3)
        assert float(stored.body @ body.vector) == pytest.approx(1, abs=1e-3)
        assert np.sum(stored.units * body.units, axis=1) == pytest.approx(1, abs=1e-3)
        expected = codes_of(np.concatenate([*context.states, *body.states]))
        assert stored.tokens.shape == expected.shape
        assert np.unpackbits(stored.tokens ^ expected).mean() < 1e-3  # states near a border fall to either side
        assert stored.lengths.tolist() == [len(states) for states in (*context.states, *body.states)]


def test_a_records_vector_is_what_the_chunk_says_and_what_it_says_it_about(
    writer: VectorWriter, collection: VectorCollection, embedder: CentredEmbedder
) -> None:
    writer.write(chunk_texts("key", "Returns", CHUNKS[:1]))
    context, body = embedder.embed(["Returns\nDeadline", "Thirty days.\nNo more."], ["en"] * 2, "passage")
    expected = CONTEXT_WEIGHT * context + body
    assert collection.get(["key:0"])[0].vector == pytest.approx(expected / np.linalg.norm(expected), abs=2e-3)


def test_a_text_that_occurs_often_is_embedded_once(
    collection: VectorCollection, writer: VectorWriter, recording: Recording
) -> None:
    twice = [chunk("Thirty days."), chunk("Thirty days.", "No more.", ordinal=1)]
    made = writer.write(chunk_texts("a", "Returns", twice) + chunk_texts("b", "Returns", twice))
    assert made == Embedded(texts=3, chunks=2)  # of four chunks two are different, under one context
    assert sorted(recording.embedded) == ["Returns\nDeadline", "Thirty days.", "Thirty days.\nNo more."]
    records = collection.get(collection.ids())
    assert len(records) == 4
    vectors_by_id = {record.id: record.vector for record in records}
    assert np.array_equal(vectors_by_id["a:0"], vectors_by_id["b:0"])


def test_vectors_that_are_there_serve_again_and_give_the_same_record(
    collection: VectorCollection, writer: VectorWriter, recording: Recording
) -> None:
    writer.write(chunk_texts("old", "Returns", [chunk("Thirty days.", "No more.")]))
    recording.embedded.clear()
    same_and_new = [chunk("Thirty days.", "No more."), chunk("Thirty days.", "No less.", ordinal=1)]
    assert writer.write(chunk_texts("new", "Returns", same_and_new)).chunks == 1
    assert sorted(recording.embedded) == ["Returns\nDeadline", "Thirty days.\nNo less."]
    old, new = (collection.get([id])[0].vector for id in ("old:0", "new:0"))
    assert np.array_equal(old, new)


def test_what_is_encoded_and_not_yet_kept_is_not_encoded_again(
    kept: VectorShelf, centred: CentredEmbedder, recording: Recording
) -> None:
    vectors = TextVectors(kept, LocalEncoder(centred))
    first = vectors.encode(chunk_texts("a", "Returns", [chunk("Thirty days.")]))
    second = vectors.encode(chunk_texts("b", "Returns", [chunk("Thirty days."), chunk("No more.", ordinal=1)]))
    assert sorted(recording.embedded) == ["No more.", "Returns\nDeadline", "Returns\nDeadline", "Thirty days."]
    assert kept.get([*first.new, *second.new]) == {}  # encoding writes nothing
    (shared,) = vectors.keep(first)
    made = vectors.keep(second)
    assert made.keys() == {shared, *second.new}
    assert np.array_equal(made[shared].body, kept.get([shared])[shared].body)


def test_what_was_encoded_ahead_is_written_and_the_rest_of_a_long_document_as_well(
    collection: VectorCollection,
    kept: VectorShelf,
    centred: CentredEmbedder,
    recording: Recording,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vectors, "_PAGE", 2)
    monkeypatch.setattr(vectors, "_PAGES_AHEAD", 1)
    texts, of = (
        chunk_texts("key", "", [chunk(f"{n} days.", ordinal=n) for n in range(5)]),
        TextVectors(kept, LocalEncoder(centred)),
    )
    ahead = vectors.encode_ahead(texts, of)
    assert [text for text in recording.embedded if "days" in text] == ["0 days.", "1 days."]
    assert VectorWriter(collection, of).write(texts, ahead).chunks == 5
    assert [text for text in recording.embedded if "days" in text] == [f"{n} days." for n in range(5)]
    assert set(collection.ids()) == {text.record_id for text in texts}


def test_a_text_said_to_be_in_another_language_is_embedded_again(
    collection: VectorCollection, writer: VectorWriter
) -> None:
    writer.write(chunk_texts("old", "", [chunk("Bern")]))
    assert writer.write(chunk_texts("new", "", [chunk("Bern", language="de")])) == Embedded(texts=2, chunks=1)
    assert collection.get(["new:0"])[0].metadata["language"] == "de"


def test_the_same_words_in_other_sentences_are_another_text(writer: VectorWriter, kept: VectorShelf) -> None:
    one, two = (chunk_texts("key", "", [chunk(*units)])[0] for units in (("A\nB",), ("A", "B")))
    assert one.text == two.text
    writer.write([one])
    assert writer.write([two]).chunks == 1
    assert [len(kept.get([text.digest])[text.digest].units) for text in (one, two)] == [1, 2]


def test_a_chunk_under_no_title_and_no_heading_says_nothing_about_its_context(
    writer: VectorWriter, kept: VectorShelf, collection: VectorCollection
) -> None:
    (text,) = chunk_texts("key", "", [Chunk(0, 0, 10, (), None, "en", (Unit(0, 12, "Thirty days."),))])
    assert writer.write([text]) == Embedded(texts=1, chunks=1)
    stored = kept.get([text.digest])[text.digest]
    assert not stored.context.any()
    assert collection.get(["key:0"])[0].vector == pytest.approx(stored.units[0], abs=1e-3)


def test_a_long_document_is_embedded_a_page_at_a_time(
    collection: VectorCollection, writer: VectorWriter, kept: VectorShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_PAGE", 2)
    texts = chunk_texts("key", "Returns", [chunk(f"{n} days.", ordinal=n) for n in range(5)])
    assert writer.write(texts) == Embedded(texts=5 + 3, chunks=5)  # the context once a page
    assert set(collection.ids()) == {text.record_id for text in texts}
    assert set(kept.get(text.digest for text in texts)) == {text.digest for text in texts}


def test_nothing_to_write_writes_nothing(collection: VectorCollection, writer: VectorWriter) -> None:
    assert writer.write([]) == Embedded()
    assert collection.count() == 0
