"""What goes into a collection comes out: at once, whole, in any script, nearest first."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import StoreError
from ingest.store import Hit, Record, StoreConnection, VectorCollection, open_store
from tests.support.patience import PATIENCE_S

from .processes import start_program

DIM = 16
SCRIPTS = [
    "Rückgabe 30 Tage",
    "退货政策",
    "返品ポリシー",
    "سياسة الإرجاع",
    "वापसी नीति",
    "นโยบายการคืนสินค้า",
    "🧾 \u200f\n\t\"'\\",
]


@pytest.fixture(scope="module")
def store(shared_home: Path) -> Iterator[StoreConnection]:
    with open_store(shared_home) as connection:
        yield connection


@pytest.fixture
def notes(store: StoreConnection) -> VectorCollection:
    return store.collection(f"notes-{uuid.uuid4().hex[:8]}")


def random_records(count: int, seed: int = 0, dim: int = DIM) -> list[Record]:
    vectors = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return [
        Record(f"r{i}", vectors[i], SCRIPTS[i % len(SCRIPTS)], {"language": "de" if i % 3 else "zh", "i": i})
        for i in range(count)
    ]


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def test_a_record_is_found_by_the_query_right_after_its_writing(notes: VectorCollection) -> None:
    for record in random_records(30):
        notes.add([record])
        assert notes.query(record.vector * 3, 1)[0].id == record.id


def test_similarity_is_the_cosine_whatever_the_length_of_the_vectors(notes: VectorCollection) -> None:
    records = random_records(20)
    notes.add(records)
    query = np.ones(DIM, dtype=np.float32) * 5
    hits = notes.query(query, 20)
    expected = {record.id: cosine(record.vector, query) for record in records}
    assert {hit.id: hit.similarity for hit in hits} == pytest.approx(expected, abs=1e-5)
    assert [hit.similarity for hit in hits] == sorted((hit.similarity for hit in hits), reverse=True)
    assert hits[0].metadata.keys() == {"language", "i"}
    bare = notes.query(query, 20, metadata=False)
    assert [(hit.id, hit.similarity, hit.metadata) for hit in bare] == [(hit.id, hit.similarity, {}) for hit in hits]


def test_text_and_metadata_in_any_script_come_back_as_they_went_in(notes: VectorCollection) -> None:
    metadata: dict[str, str | int | float | bool] = {
        "标题": "退货",
        "page": 3,
        "weight": 0.25,
        "live": True,
        "off": False,
    }
    records = [Record(text, np.full(DIM, 1 + i, dtype=np.float32), text, metadata) for i, text in enumerate(SCRIPTS)]
    records.append(Record("empty", np.ones(DIM, dtype=np.float32), "", {}))
    notes.add(records)
    back = notes.get([record.id for record in records])
    assert [(each.id, each.text, each.metadata) for each in back] == [(r.id, r.text, r.metadata) for r in records]
    assert back[0].metadata["live"] is True
    assert back[2].vector.dtype == np.float32
    np.testing.assert_array_equal(back[2].vector, records[2].vector)


def test_more_records_than_chroma_takes_at_once_are_written_in_batches(notes: VectorCollection) -> None:
    written: list[int] = []
    records = random_records(6_000)
    notes.add(records, batch_size=100_000, progress=written.append)
    assert sum(written) == notes.count() == 6_000
    assert max(written) <= 5_461
    assert list(notes.ids()) == [record.id for record in records]
    notes.delete(record.id for record in records[:3_500])
    assert set(notes.ids()) == {record.id for record in records[3_500:]}
    near = notes.query(records[5_999].vector, 5)
    assert near[0].id == "r5999"
    assert len(notes.get((record.id for record in records[3_000:]), vectors=False)) == 2_500


def test_wide_vectors_are_split_into_requests_the_server_accepts(notes: VectorCollection) -> None:
    written: list[int] = []
    records = random_records(250, dim=32_768)  # 44 MB on the way, the server takes 40 MiB
    notes.add(records, progress=written.append)
    assert sum(written) == notes.count() == 250
    assert len(written) > 1


def test_adding_again_replaces_the_record_with_all_its_metadata(notes: VectorCollection) -> None:
    one, other = np.eye(2, DIM, dtype=np.float32)
    notes.add([Record("a", one, "old", {"language": "de", "page": 4})])
    notes.add([Record("a", other, "new", {"language": "fr"}), Record("b", one, "b", {})])
    back = notes.get(["a"])[0]
    assert (back.text, back.metadata) == ("new", {"language": "fr"})
    assert (hit := notes.query(other, 1)[0]) == Hit("a", hit.similarity, {"language": "fr"})
    assert hit.similarity == pytest.approx(1.0)
    notes.add([Record("a", other, "new", {})])
    assert notes.get(["a"])[0].metadata == {}
    assert notes.count() == 2


def test_a_filter_narrows_the_hits_to_matching_metadata(notes: VectorCollection) -> None:
    records = random_records(300)
    notes.add(records)
    hits = notes.query(records[1].vector, 20, where={"language": "zh"})
    assert len(hits) == 20
    assert {hit.metadata["language"] for hit in hits} == {"zh"}
    both = notes.query(records[1].vector, 20, where={"$and": [{"language": "zh"}, {"i": {"$lt": 9}}]})
    assert {hit.id for hit in both} == {"r0", "r3", "r6"}


def test_many_queries_at_once_give_what_each_alone_gives(notes: VectorCollection) -> None:
    notes.add(random_records(400))
    queries = np.random.default_rng(5).normal(size=(150, DIM)).astype(np.float32)
    together = notes.query_many(queries, 3)
    assert len(together) == 150
    for i in (0, 63, 64, 149):
        assert together[i] == notes.query(queries[i], 3)
    assert notes.query_many(np.empty((0, DIM), dtype=np.float32), 3) == []


def test_fewer_hits_come_when_there_are_fewer_records(notes: VectorCollection) -> None:
    query = np.ones(DIM, dtype=np.float32)
    assert notes.query(query, 5) == []
    notes.add(random_records(3))
    assert len(notes.query(query, 5)) == 3
    assert notes.query(query, 0) == []
    assert notes.query(query, 5, where={"language": "th"}) == []


def test_reading_keeps_the_order_asked_for_and_leaves_out_what_is_not_there(notes: VectorCollection) -> None:
    notes.add(random_records(5))
    assert [record.id for record in notes.get(["r4", "no such", "r0", "r4"])] == ["r4", "r0"]
    assert notes.get(["r1"], vectors=False)[0].vector.shape == (0,)
    assert notes.get([]) == []


def test_deleting_nothing_or_what_is_not_there_is_no_error(notes: VectorCollection) -> None:
    notes.add(random_records(2))
    notes.delete([])
    notes.delete(["no such", "r0", "r0"])
    assert list(notes.ids()) == ["r1"]
    assert notes.query(np.ones(DIM, dtype=np.float32), 5)[0].id == "r1"


def test_adding_nothing_is_no_error(notes: VectorCollection) -> None:
    notes.add([])
    assert notes.count() == 0


def test_vectors_that_cannot_be_compared_are_refused_by_name(notes: VectorCollection) -> None:
    good = random_records(1)[0]
    broken = Record("broken", np.full(DIM, np.nan, dtype=np.float32), "", {})
    short = Record("short", np.ones(3, dtype=np.float32), "", {})
    with pytest.raises(StoreError, match="'broken' is not finite"):
        notes.add([good, broken])
    with pytest.raises(StoreError, match="'short' has shape"):
        notes.add([good, short])
    with pytest.raises(StoreError, match="Two records have the id 'r0'"):
        notes.add([good, good])
    notes.add([good])
    with pytest.raises(StoreError, match="dimension of 16, got 3"):
        notes.add([short])
    with pytest.raises(StoreError, match="dimension of 16, got 3"):
        notes.query(short.vector, 1)
    assert list(notes.ids()) == ["r0"]


def test_collections_are_listed_and_deleted_by_name(store: StoreConnection) -> None:
    store.collection("to-be-deleted")
    assert "to-be-deleted" in store.list_collections()
    stale = store.collection("to-be-deleted")
    store.delete_collection("to-be-deleted")
    assert "to-be-deleted" not in store.list_collections()
    with pytest.raises(StoreError, match="does not exist"):
        store.delete_collection("to-be-deleted")
    with pytest.raises(StoreError, match="does not exist"):
        stale.count()


def test_a_collection_that_measures_another_distance_is_refused(store: StoreConnection) -> None:
    store.client.get_or_create_collection("foreign", configuration={"hnsw": {"space": "l2"}})
    with pytest.raises(StoreError, match="'l2' distances, not cosine"):
        store.collection("foreign")


def test_a_name_chroma_does_not_take_is_refused_with_its_rule(store: StoreConnection) -> None:
    with pytest.raises(StoreError, match="3-512 characters"):
        store.collection("ab")


def test_four_readers_and_a_writer_do_not_disturb_each_other(store: StoreConnection, shared_home: Path) -> None:
    steady = random_records(200)
    notes = store.collection("busy")
    notes.add(steady)
    reader = """
import json, threading
from concurrent.futures import ThreadPoolExecutor
def read(first):
    asked = 0
    while not enough.is_set():
        id, vector = steady[(first + asked) % 200]
        assert notes.query(vector, 3)[0].id == id
        assert notes.get([id])[0].id == id
        asked += 1
        if asked == 5:
            reading.wait()
    return asked
with open_store(home) as store:
    notes = store.collection("busy")
    enough, reading = threading.Event(), threading.Barrier(3)
    steady = [(each.id, each.vector) for each in notes.get([f"r{i}" for i in range(200)])]
    with ThreadPoolExecutor(2) as threads:
        answers = threads.map(read, (0, 100))
        reading.wait()
        print("reading", flush=True)
        sys.stdin.readline()
        enough.set()
        print(json.dumps(list(answers)))
"""
    readers = [start_program(shared_home, reader) for _ in range(2)]
    for each in readers:
        assert each.stdout is not None and each.stdout.readline() == "reading\n"
    for rounds in range(8):
        passing = [Record(f"p{rounds}-{r.id}", r.vector, r.text, r.metadata) for r in random_records(100, rounds + 9)]
        notes.add(passing)
        notes.delete(record.id for record in passing)
    answers = [count for each in readers for count in json.loads(each.communicate("\n", timeout=PATIENCE_S)[0])]
    assert [each.returncode for each in readers] == [0, 0]
    assert len(answers) == 4
    assert min(answers) > 5
    assert notes.count() == 200
