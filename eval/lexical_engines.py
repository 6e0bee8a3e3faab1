"""The engines that were weighed for the lexical index, on the same terms: the one in use, and two others."""

from __future__ import annotations

import json
import math
import sqlite3
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from eval.errors import EvalError
from ingest.lexical import Entry, LexicalIndex
from ingest.lexical.terms import entry_terms, question_terms


class Engine(Protocol):
    """An index in a folder, open."""

    def write(self, entries: Sequence[Entry]) -> None: ...
    def search(self, question: str, language: str, n: int) -> list[str]: ...
    def count(self) -> int: ...
    def close(self) -> None: ...


class InUse:
    """:class:`ingest.lexical.LexicalIndex`: FTS5 for the postings, BM25 of our own."""

    def __init__(self, folder: Path) -> None:
        self._index = LexicalIndex(folder / "lexical.db")

    def write(self, entries: Sequence[Entry]) -> None:
        self._index.write(entries)

    def search(self, question: str, language: str, n: int) -> list[str]:
        return [hit.id for hit in self._index.search(question, language, n)]

    def count(self) -> int:
        if damaged := self._index.damaged():
            raise EvalError(f"{len(damaged)} entries are damaged, among them {damaged[0]}")
        return sum(1 for _ in self._index.ids())

    def close(self) -> None:
        self._index.close()


class Tantivy:
    """Rust's tantivy; its BM25 counts the rarity of a word over all languages."""

    def __init__(self, folder: Path) -> None:
        import tantivy  # type: ignore[import-not-found,unused-ignore]  # wanted for this comparison alone

        self._tantivy: Any = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        folder.mkdir(parents=True, exist_ok=True)
        self._index: Any = tantivy.Index(self._schema, path=str(folder))

    def write(self, entries: Sequence[Entry]) -> None:
        writer = self._index.writer(50_000_000, 1)
        for entry in entries:
            words, names = entry_terms(entry.text, entry.language)
            writer.delete_documents("id", entry.id)
            writer.add_document(self._tantivy.Document(id=entry.id, terms=" ".join([*words, *names])))
        writer.commit()
        writer.wait_merging_threads()

    def search(self, question: str, language: str, n: int) -> list[str]:
        self._index.reload()
        searcher, query = self._index.searcher(), self._tantivy.Query
        words, names = question_terms(question, language)
        parts = [
            (self._tantivy.Occur.Should, query.term_query(self._schema, "terms", term, "freq"))
            for term in [*words, *names]
        ]
        found = searcher.search(query.boolean_query(parts), n).hits
        return [searcher.doc(address)["id"][0] for _score, address in found]

    def count(self) -> int:
        self._index.reload()
        return int(self._index.searcher().num_docs)

    def close(self) -> None:
        del self._index


class PostingsTable:
    """One row of an ordinary SQLite table for each term of each entry."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(folder / "postings.db", timeout=30, isolation_level=None)
        self._connection.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA cache_size = -16000;"
            "CREATE TABLE IF NOT EXISTS entries (number INTEGER PRIMARY KEY, id TEXT UNIQUE, terms TEXT, size INTEGER);"
            "CREATE TABLE IF NOT EXISTS postings (term TEXT, number INTEGER, times INTEGER, PRIMARY KEY (term, number))"
            " WITHOUT ROWID;"
        )

    def write(self, entries: Sequence[Entry]) -> None:
        run = self._connection.execute
        run("BEGIN IMMEDIATE")
        for entry in entries:
            old = run("SELECT number, terms FROM entries WHERE id = ?", (entry.id,)).fetchone()
            if old:
                self._connection.executemany(
                    "DELETE FROM postings WHERE term = ? AND number = ?", [(t, old[0]) for t in set(old[1].split(" "))]
                )
                run("DELETE FROM entries WHERE number = ?", (old[0],))
            words, names = entry_terms(entry.text, entry.language)
            packed = " ".join([*words, *names])
            number = run("INSERT INTO entries (id, terms, size) VALUES (?, ?, ?)", (entry.id, packed, len(words)))
            self._connection.executemany(
                "INSERT INTO postings VALUES (?, ?, ?)",
                [(term, number.lastrowid, times) for term, times in Counter([*words, *names]).items()],
            )
        run("COMMIT")

    def search(self, question: str, language: str, n: int) -> list[str]:
        run = self._connection.execute
        total, mean = run("SELECT count(*), avg(size) FROM entries").fetchone()
        words, names = question_terms(question, language)
        weighted = []
        for term in [*words, *names]:
            having = run("SELECT count(*) FROM postings WHERE term = ?", (term,)).fetchone()[0]
            if 0 < having <= max(1000, total / 120):  # a tenth of one language of twelve
                weighted.append((term, math.log(1 + total / having)))
        rows = run(
            "SELECT entries.id, sum(json_extract(value, '$[1]') * times / (times + 0.3 + 0.9 * size / ?)) AS score"
            " FROM json_each(?) CROSS JOIN postings ON term = json_extract(value, '$[0]') JOIN entries USING (number)"
            " GROUP BY entries.number ORDER BY score DESC LIMIT ?",
            (mean, json.dumps(weighted), n),
        )
        return [row[0] for row in rows]

    def count(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM entries").fetchone()[0])

    def close(self) -> None:
        self._connection.close()


ENGINES: dict[str, type[InUse] | type[Tantivy] | type[PostingsTable]] = {
    "in-use": InUse,
    "tantivy": Tantivy,
    "postings-table": PostingsTable,
}


def is_installed(name: str) -> bool:
    """Whether an engine's library is there; tantivy is no dependency."""
    return name != "tantivy" or find_spec("tantivy") is not None
