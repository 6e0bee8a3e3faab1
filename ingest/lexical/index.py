"""The lexical index: entries found by their words, on disk, for one writer and any number of readers.

A reader in any process or thread sees what the last finished :meth:`LexicalIndex.write` left, without opening anew;
a writer that is killed leaves the index as it was before its call.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.lexical.database import DamagedIndexError, Database
from ingest.lexical.scoring import CommonTerms, number_of_entry, read_statistics, scored, sequence_of, terms_to_look_up
from ingest.lexical.terms import ANALYSIS, entry_terms, primary_language, question_terms

if TYPE_CHECKING:
    import sqlite3

_DIGEST_BYTES = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """What is indexed of a chunk; ``id`` is its record id, ``language`` an ISO 639-1 code or a tag such as pt-BR."""

    id: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class LexicalHit:
    """An entry that has terms of the question; ``score`` is BM25, above 0, comparable within one question.

    ``matched`` are these terms, where they were asked for: stems of words as they are, identifiers with ``=`` in front
    (``=a10293``).
    """

    id: str
    score: float
    language: str
    matched: tuple[str, ...]


class LexicalIndex:
    """Entries in one file, which is made when it is not there.

    Every method may be called from several threads, and raises ``IngestUserError`` when the file cannot be used or is
    damaged, ``StoreError`` when the index is closed or its database fails.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path)
        self._common = CommonTerms()

    def write(self, entries: Sequence[Entry]) -> None:
        """Add entries, or replace those with the same id, in one transaction; what is there already costs nothing."""
        latest = {entry.id: entry for entry in entries}
        digests = {entry.id: entry_digest(entry) for entry in latest.values()}
        with self._database.reading() as connection:
            known = {
                id
                for id, digest in digests.items()
                if connection.execute("SELECT 1 FROM entries WHERE id = ? AND digest = ?", (id, digest)).fetchone()
            }
        # Terms are made outside the transaction, which other writers wait for.
        rows = [_Row.of(entry, digests[id]) for id, entry in latest.items() if id not in known]
        if rows:
            self._change(lambda connection: _replace(connection, rows))

    def delete(self, ids: Iterable[str]) -> None:
        """Remove entries in one transaction; unknown ids are passed over."""
        unwanted = list(ids)
        if unwanted:
            self._change(lambda connection: _remove(connection, unwanted))

    def ids(self) -> Iterator[str]:
        """The ids of all entries, in order."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT id FROM entries ORDER BY id").fetchall()
        yield from (row[0] for row in found)

    def digests(self) -> dict[str, str]:
        """What :func:`entry_digest` gave for each entry when it was written, by id."""
        with self._database.reading() as connection:
            return dict(connection.execute("SELECT id, digest FROM entries").fetchall())

    def search(
        self,
        question: str,
        language: str,
        n: int,
        languages: Collection[str] | None = None,
        keep: Collection[str] | None = None,
        matched: bool = False,
    ) -> list[LexicalHit]:
        """The ``n`` entries with the highest BM25 score, best first.

        Words are looked for in entries of the question's own ``language``, identifiers in entries of every language.

        :param languages: only entries in these languages.
        :param keep: only entries with these ids.
        :param matched: whether each hit says which terms it has, for which its text has to be read.
        """
        if n <= 0:
            return []
        terms = terms_to_look_up(*question_terms(question, language))
        only = None if languages is None else {primary_language(tag) for tag in languages}
        kept = None if keep is None else frozenset(keep)

        def found(connection: sqlite3.Connection, number: int, score: float) -> LexicalHit | None:
            id, tag = connection.execute("SELECT id, language FROM entries WHERE number = ?", (number,)).fetchone()
            if (kept is not None and id not in kept) or (only is not None and primary_language(tag) not in only):
                return None
            return LexicalHit(id, score, tag, _matched(terms, _terms_of(connection, number)) if matched else ())

        with self._database.reading() as connection:
            statistics = read_statistics(connection, primary_language(language), terms, self._common)
            if not statistics.frequencies:
                return []
            rows = scored(connection, statistics)
            wanted = (hit for number, score in rows if (hit := found(connection, number, score)) is not None)
            best = list(islice(wanted, n))
            rows.close()
        return sorted(best, key=lambda hit: (-hit.score, hit.id))

    def idf(self, question: str, language: str) -> dict[str, float]:
        """How much each term of the question weighs; 0 for what no entry has. Terms as in :class:`LexicalHit`."""
        terms = terms_to_look_up(*question_terms(question, language))
        with self._database.reading() as connection:
            statistics = read_statistics(connection, primary_language(language), terms, self._common)
        return {_shown(term): statistics.idf(term) for term in terms}

    def damaged(self) -> list[str]:
        """Ids of the entries that are not found by exactly their terms; :meth:`rebuild` mends them."""
        with self._database.reading() as connection:
            return [
                row[0]
                for row in connection.execute(
                    "SELECT id FROM entries LEFT JOIN (SELECT doc, count(*) AS terms FROM occurrences GROUP BY doc)"
                    " AS f ON f.doc = entries.number WHERE words + identifiers != ifnull(f.terms, 0) ORDER BY id"
                )
            ]

    def rebuild(self) -> None:
        """Make the full-text structure anew from the terms of the entries, in one transaction."""
        with self._database.writing() as connection:
            connection.execute("INSERT INTO texts (texts) VALUES ('delete-all')")
            for number, packed in connection.execute("SELECT number, packed FROM entry_terms").fetchall():
                connection.execute("INSERT INTO texts (rowid, terms) VALUES (?, ?)", (number, _unpacked(packed)))
            connection.execute("DELETE FROM totals")
            connection.execute(
                "INSERT INTO totals SELECT words_language, count(*), sum(words) FROM entries GROUP BY words_language"
            )

    def optimise(self) -> None:
        """Merge what single writes left, wipe what was deleted, and give its room back to the disk."""
        with self._database.writing() as connection:
            connection.execute("INSERT INTO texts (texts) VALUES ('optimize')")
        self._database.compact()

    def close(self) -> None:
        """Close the file; calls that are under way end well."""
        self._database.close()

    def _change(self, action: Callable[[sqlite3.Connection], None]) -> None:
        """Run ``action`` in a transaction; a full-text structure that lost something is made anew first."""
        try:
            with self._database.writing() as connection:
                action(connection)
        except DamagedIndexError:
            self.rebuild()
            with self._database.writing() as connection:
                action(connection)


def entry_digest(entry: Entry) -> str:
    """Short digest of language and text; another one when a newer polydesk would find the entry by other terms."""
    parts = (ANALYSIS, entry.language, entry.text)
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()


@dataclass(frozen=True, slots=True)
class _Row:
    entry: Entry
    digest: str
    words: int
    identifiers: int
    terms: str

    @classmethod
    def of(cls, entry: Entry, digest: str) -> _Row:
        words, names = entry_terms(entry.text, entry.language)
        return cls(entry, digest, len(words), len(names), " ".join([*words, *names]))


def _replace(connection: sqlite3.Connection, rows: Sequence[_Row]) -> None:
    _remove(connection, (row.entry.id for row in rows))
    last = connection.execute("SELECT ifnull(max(number), 0) FROM entries").fetchone()[0]
    for sequence, row in enumerate(rows, sequence_of(last) + 1):
        number, language = number_of_entry(sequence, row.words), row.entry.language
        connection.execute(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, row.entry.id, language, primary_language(language), row.digest, row.words, row.identifiers),
        )
        connection.execute("INSERT INTO entry_terms VALUES (?, ?)", (number, zlib.compress(row.terms.encode())))
        connection.execute("INSERT INTO texts (rowid, terms) VALUES (?, ?)", (number, row.terms))


def _remove(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    for id in ids:
        found = connection.execute("SELECT number FROM entries WHERE id = ?", (id,)).fetchone()
        if found is not None:
            terms = _terms_of(connection, found[0])
            connection.execute("INSERT INTO texts (texts, rowid, terms) VALUES ('delete', ?, ?)", (*found, terms))
            connection.execute("DELETE FROM entry_terms WHERE number = ?", found)
            connection.execute("DELETE FROM entries WHERE number = ?", found)


def _terms_of(connection: sqlite3.Connection, number: int) -> str:
    return _unpacked(connection.execute("SELECT packed FROM entry_terms WHERE number = ?", (number,)).fetchone()[0])


def _unpacked(packed: bytes) -> str:
    return zlib.decompress(packed).decode()


def _matched(terms: Sequence[str], of_entry: str) -> tuple[str, ...]:
    has = set(of_entry.split(" "))
    return tuple(dict.fromkeys(_shown(term) for term in terms if term in has))


def _shown(term: str) -> str:
    return term if term.startswith("=") else term.partition(":")[2].lstrip("~")
