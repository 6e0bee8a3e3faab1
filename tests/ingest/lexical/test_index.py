"""Entries go in, are replaced, go out, and are found."""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import IngestUserError, StoreError
from ingest.lexical import Entry, LexicalIndex, entry_digest
from ingest.lexical.scoring import LENGTH_NORM, SATURATION

SHIPPING = Entry("versand:0", "de", "Die Versandkosten betragen 4,90 € je Bestellung.")
RETURNS = Entry("versand:1", "de", "Eine Rückgabe ist innerhalb von 30 Tagen möglich.")
LAMP = Entry("lamp:0", "ja", "Lumo R2のエラーE-17は、電源を入れ直してください。")
ORDER = Entry("order:0", "pl", "Zamówienie A-10293 zostało wysłane.")
ALL = (SHIPPING, RETURNS, LAMP, ORDER)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LexicalIndex]:
    opened = LexicalIndex(tmp_path / "lexical" / "index.db")
    yield opened
    opened.close()


@pytest.fixture
def filled(index: LexicalIndex) -> LexicalIndex:
    index.write(ALL)
    return index


def found(
    index: LexicalIndex,
    question: str,
    language: str,
    languages: list[str] | None = None,
    keep: list[str] | None = None,
) -> list[str]:
    return [hit.id for hit in index.search(question, language, 10, languages, keep)]


def test_an_entry_is_found_by_a_word_of_its_language(filled: LexicalIndex) -> None:
    [hit] = filled.search("Was kostet der Versand? Versandkosten", "de", 10, matched=True)
    assert (hit.id, hit.language, hit.matched) == ("versand:0", "de", ("versandkost",))
    assert hit.score > 0


def test_a_word_is_not_looked_for_in_another_language(filled: LexicalIndex) -> None:
    assert found(filled, "Versandkosten", "en") == []


@pytest.mark.parametrize("language", ["en", "de", "ja", "ar", "zh", "th", "hi", "pl"])
@pytest.mark.parametrize(
    ("question", "id"), [("A-10293", "order:0"), ("E17?", "lamp:0"), ("lumo", "lamp:0"), ("ａ 10293", "order:0")]
)
def test_an_identifier_is_found_from_every_language(
    filled: LexicalIndex, question: str, id: str, language: str
) -> None:
    assert found(filled, question, language) == [id]


def test_languages_and_ids_can_be_left_out(filled: LexicalIndex) -> None:
    question = "Versandkosten der Rückgabe von A-10293"
    assert set(found(filled, question, "de")) == {"versand:0", "versand:1", "order:0"}
    assert set(found(filled, question, "de", languages=["de-AT", "en"])) == {"versand:0", "versand:1"}
    assert found(filled, question, "de", keep=["versand:1", "unknown"]) == ["versand:1"]
    assert found(filled, question, "de", keep=[]) == []
    assert found(filled, question, "de", languages=[]) == []


def test_as_many_hits_as_asked_for_also_among_kept_ones(index: LexicalIndex) -> None:
    index.write([Entry(f"e:{at}", "en", "lamp " * (at + 1) + "cable " * 20) for at in range(30)])
    kept = [f"e:{at}" for at in range(10)]
    assert [len(index.search("lamp", "en", n, keep=kept)) for n in (0, 4, 99)] == [0, 4, 10]
    assert found(index, "lamp", "en", keep=kept)[0] == "e:9"


def test_the_score_is_bm25_of_the_language_alone(index: LexicalIndex) -> None:
    index.write([Entry("a", "en", "lamp lamp cable"), Entry("b", "en", "cable"), Entry("c", "en", "chair and table")])
    index.write([Entry(f"de:{at}", "de", "lamp Kabel Stuhl " * 9) for at in range(50)])
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    mean = (3 + 1 + 3) / 3
    expected = idf * 2 * (SATURATION + 1) / (2 + SATURATION * (1 - LENGTH_NORM + LENGTH_NORM * 3 / mean))
    [hit] = index.search("lamp", "en", 5)
    assert hit.score == pytest.approx(expected)
    assert index.idf("lamp sofa", "en") == {"=lamp": 0, "=sofa": 0, "lamp": pytest.approx(idf), "sofa": 0}


def test_frequent_words_are_passed_over_in_a_large_index_but_not_when_alone(index: LexicalIndex) -> None:
    index.write([Entry(f"e:{at}", "en", f"the {'zebra' if at == 7 else 'horse'}") for at in range(1_500)])
    assert found(index, "the zebra", "en") == ["e:7"]
    assert len(found(index, "the", "en")) == 10


def test_an_entry_is_replaced_by_its_id(filled: LexicalIndex) -> None:
    filled.write([Entry("versand:0", "de", "Ein Gutschein gilt drei Jahre.")])
    assert found(filled, "Versandkosten", "de") == []
    assert found(filled, "Gutscheine", "de") == ["versand:0"]
    filled.write([Entry("versand:0", "fr", "Le bon est valable trois ans.")])
    assert found(filled, "Gutscheine", "de") == []
    assert filled.damaged() == []


def test_of_two_entries_with_one_id_the_last_counts(index: LexicalIndex) -> None:
    index.write([Entry("a", "en", "lamp"), Entry("a", "en", "cable")])
    assert (found(index, "lamp", "en"), found(index, "cable", "en")) == ([], ["a"])


def test_what_is_deleted_is_not_found_and_does_not_count(filled: LexicalIndex) -> None:
    before = filled.search("Rückgabe", "de", 1)[0].score
    filled.delete(["versand:0", "unknown"])
    assert found(filled, "Versandkosten", "de") == []
    assert filled.search("Rückgabe", "de", 1)[0].score < before  # it is no longer rare
    assert list(filled.ids()) == ["lamp:0", "order:0", "versand:1"]
    filled.delete([])
    filled.delete(filled.ids())
    assert (list(filled.ids()), filled.damaged()) == ([], [])


def test_writing_again_what_is_there_changes_nothing(filled: LexicalIndex, tmp_path: Path) -> None:
    def state() -> tuple[list[object], int]:
        with sqlite3.connect(tmp_path / "lexical" / "index.db") as connection:
            rows = connection.execute("SELECT * FROM entries").fetchall()
            return rows, connection.execute("PRAGMA data_version").fetchone()[0]

    before = state()
    filled.write(ALL)
    assert state() == before


def test_digests_tell_what_was_written(filled: LexicalIndex) -> None:
    assert filled.digests() == {entry.id: entry_digest(entry) for entry in ALL}
    assert entry_digest(Entry("x", "de", "a")) != entry_digest(Entry("x", "en", "a"))
    assert entry_digest(Entry("x", "de", "a")) == entry_digest(Entry("y", "de", "a"))


def test_damage_is_seen_and_mended(filled: LexicalIndex, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "lexical" / "index.db") as connection:
        connection.execute("INSERT INTO texts (texts) VALUES ('delete-all')")
    assert filled.damaged() == sorted(entry.id for entry in ALL)
    filled.rebuild()
    assert filled.damaged() == []
    assert found(filled, "Versandkosten", "de") == ["versand:0"]


def test_damaged_entries_can_also_be_written_anew(filled: LexicalIndex, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "lexical" / "index.db") as connection:
        connection.execute("INSERT INTO texts (texts) VALUES ('delete-all')")
    filled.delete(filled.damaged())
    filled.write(ALL)
    assert filled.damaged() == []
    assert found(filled, "Versandkosten", "de") == ["versand:0"]
    filled.optimise()
    assert filled.damaged() == []
    assert found(filled, "Versandkosten", "de") == ["versand:0"]


def test_optimising_gives_room_back_and_wipes_what_was_deleted(index: LexicalIndex, tmp_path: Path) -> None:
    file = tmp_path / "lexical" / "index.db"
    index.write([Entry(f"e:{at}", "en", f"customer secretname{at} " + "word " * 50) for at in range(500)])
    index.optimise()
    full = file.stat().st_size
    index.delete([f"e:{at}" for at in range(1, 500)])
    index.optimise()
    assert file.stat().st_size < full / 2
    left = b"".join(part.read_bytes() for part in file.parent.iterdir())
    assert b"secretname0" not in left or b"secretname1" not in left
    assert b"secretname4" not in left
    assert found(index, "secretname0", "en") == ["e:0"]


def test_it_opens_quickly_and_keeps_its_entries(filled: LexicalIndex, tmp_path: Path) -> None:
    filled.close()
    started = time.thread_time()
    again = LexicalIndex(tmp_path / "lexical" / "index.db")
    opened_s = time.thread_time() - started
    assert found(again, "Versandkosten", "de") == ["versand:0"]
    again.close()
    assert opened_s < 0.5  # of the processor; it is a few milliseconds


def test_a_closed_index_says_so(index: LexicalIndex) -> None:
    index.close()
    with pytest.raises(StoreError, match="closed"):
        index.search("lamp", "en", 1)


def test_a_file_that_is_no_index_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.db").write_text("this is a text and no database at all\n" * 99)
    with pytest.raises(IngestUserError, match=r"index\.db is damaged: delete it and run"):
        LexicalIndex(tmp_path / "index.db")


def test_an_index_of_another_version_is_named(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "index.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(IngestUserError, match="another version"):
        LexicalIndex(tmp_path / "index.db")


def test_a_place_that_cannot_hold_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IngestUserError, match="POLYDESK_HOME"):
        LexicalIndex(tmp_path / "file" / "index.db")


def test_an_index_that_was_deleted_meanwhile_is_made_anew(filled: LexicalIndex, tmp_path: Path) -> None:
    for file in (tmp_path / "lexical").iterdir():
        file.unlink()
    assert found(filled, "Versandkosten", "de") == []
    filled.write(ALL)
    assert found(filled, "Versandkosten", "de") == ["versand:0"]


def test_threads_share_one_index(index: LexicalIndex) -> None:
    failed: list[BaseException] = []

    def work(own: int) -> None:
        try:
            for at in range(15):
                index.write([Entry(f"{own}:{at}", "en", f"lamp {'abcd'[own] * 5}")])
                assert len(index.search("abcd"[own] * 5, "en", 50)) == at + 1
        except BaseException as error:  # told in the main thread
            failed.append(error)

    threads = [threading.Thread(target=work, args=(own,)) for own in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert (len(list(index.ids())), index.damaged()) == (60, [])


@pytest.mark.parametrize(
    "question",
    [
        "",
        " \n\t",
        "\0",
        'Versandkosten" OR terms:"x',
        "Versandkosten' --; DROP TABLE entries",
        "NEAR(Versandkosten, 5) AND NOT * ^ - + {x}: ( )",
        '"""""',
        "Versandkosten\0Versandkosten",
        "\ud800 Versandkosten \udfff",
        "%_?:1 :wanted $x @y",
        "e\u0301" * 5_000,
        "\u202eVersandkosten",
        "(" * 10_000,
    ],
)
def test_no_question_breaks_the_search(filled: LexicalIndex, question: str) -> None:
    assert found(filled, question, "de") == (["versand:0"] if "Versandkosten" in question else [])


def test_a_question_of_a_hundred_thousand_characters_is_answered(filled: LexicalIndex) -> None:
    question = "Versandkosten " + " ".join(f"wort{at}" for at in range(12_000))
    started = time.process_time()
    assert found(filled, question, "de")[0] == "versand:0"
    assert time.process_time() - started < 2


texts = st.text(max_size=60) | st.sampled_from(["A-10293", "lamp \0 cable", "灯具说明", "คืนสินค้า", "'\"; --"])
entries = st.lists(
    st.builds(
        Entry,
        st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from("abc"),
        st.sampled_from(["en", "de", "zh", "vi", "pt-BR", ""]),
        texts,
    ),
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(entries, max_size=4), st.sets(st.sampled_from("abc")))
def test_the_index_holds_what_was_written_last(
    tmp_path_factory: pytest.TempPathFactory, writes: list[list[Entry]], deleted: set[str]
) -> None:
    index = LexicalIndex(tmp_path_factory.mktemp("index") / "index.db")
    held: dict[str, Entry] = {}
    for written in writes:
        index.write(written)
        held |= {entry.id: entry for entry in written}
    index.delete(deleted)
    held = {id: entry for id, entry in held.items() if id not in deleted}
    assert index.digests() == {id: entry_digest(entry) for id, entry in held.items()}
    assert set(index.ids()) == set(held)
    assert index.damaged() == []
    for entry in held.values():
        hits = index.search(entry.text, entry.language, 99)
        assert (entry.id in [hit.id for hit in hits]) == bool(index.idf(entry.text, entry.language))
    index.close()
