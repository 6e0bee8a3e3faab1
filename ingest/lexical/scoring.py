"""BM25 (Robertson and Zaragoza 2009, in Lucene's form) inside one language for words, over all entries for identifiers.

The usual full-text engines count how rare a word is over all languages together, where the articles of a language that
few documents are in look rare; so the frequencies are read from the index and weighted here.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

SATURATION = 1.2  # k1
LENGTH_NORM = 0.75  # b; identifiers are not thinned out by a long text

_MOST_WORDS = 300  # of a question; a longer one is a pasted text, and its beginning tells what it is about
_MOST_IDENTIFIERS = 100
_MOST_SCORED = 64  # the rarest of them
_COMMON_SHARE = 0.1  # of the entries; a word in more of them says little and costs most
_COMMON_ENTRIES = 1_000  # in a smaller index no word costs much
_MOST_POSTINGS = 4_000  # read for one question, rarest terms first; each takes about 2 µs
_REMEMBERED_FROM = 200  # entries; of a rarer term a new entry may be the only one, and counting it costs little
_MOST_REMEMBERED = 50_000

_FREQUENCIES = """
SELECT wanted.value, frequencies.doc FROM json_each(?) AS wanted
CROSS JOIN frequencies ON frequencies.term = wanted.value"""
_SCORES = """
WITH wanted (term, weight, b) AS (VALUES {rows})
SELECT number, sum(weight * times / (times + {k1} * (1 - b + b * (number % {lengths}) / ?))) * (1 + {k1}) AS score
FROM (
  SELECT occurrences.doc AS number, wanted.weight, wanted.b, count(*) AS times
  FROM wanted CROSS JOIN occurrences ON occurrences.term = wanted.term
  GROUP BY wanted.term, occurrences.doc
) GROUP BY number ORDER BY score DESC, number"""

# An entry's number ends in its length, so that scoring reads the postings and nothing else.
_LENGTHS = 4_096


def number_of_entry(sequence: int, words: int) -> int:
    """The number of the entry that is added as the ``sequence``-th."""
    return sequence * _LENGTHS + min(words, _LENGTHS - 1)


def sequence_of(number: int) -> int:
    """The sequence that an entry's number was made from."""
    return number // _LENGTHS


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the weight of terms follows from: how many entries there are, how long, and how many have which term."""

    entries: int
    entries_of_language: int
    mean_words: float
    frequencies: dict[str, int]  # entries that have the term, at least one

    def idf(self, term: str) -> float:
        """Natural log; above 0, and 0 for a term that no entry has."""
        having = self.frequencies.get(term, 0)
        return math.log(1 + (max(self._among(term), having) - having + 0.5) / (having + 0.5)) if having else 0.0

    def is_common(self, term: str) -> bool:
        return self.frequencies[term] > max(_COMMON_ENTRIES, _COMMON_SHARE * self._among(term))

    def _among(self, term: str) -> int:
        return self.entries if term.startswith("=") else self.entries_of_language


def terms_to_look_up(words: Sequence[str], identifiers: Sequence[str]) -> list[str]:
    """The first terms of a question, as many as are looked up."""
    return [*identifiers[:_MOST_IDENTIFIERS], *words[:_MOST_WORDS]]


class CommonTerms:
    """How many entries have a common term, remembered while the index is as large as it was: SQLite counts them all.

    Safe to share between threads.
    """

    def __init__(self) -> None:
        self._known: tuple[object, dict[str, int]] = None, {}

    def frequencies(self, connection: sqlite3.Connection, totals: object, terms: Sequence[str]) -> dict[str, int]:
        """How many entries have each of ``terms``; those that none has are left out.

        :param totals: equal as long as nothing was added or taken away.
        """
        known = self._known
        if known[0] != totals or len(known[1]) > _MOST_REMEMBERED:
            known = self._known = totals, {}
        unknown = [term for term in terms if term not in known[1]]
        counted = dict(connection.execute(_FREQUENCIES, (json.dumps(unknown),)).fetchall()) if unknown else {}
        known[1].update((term, count) for term, count in counted.items() if count >= _REMEMBERED_FROM)
        return counted | {term: known[1][term] for term in terms if term in known[1]}


def read_statistics(
    connection: sqlite3.Connection, words_language: str, terms: Sequence[str], common: CommonTerms
) -> Statistics:
    """The statistics of these terms; words are of ``words_language``."""
    totals = {row[0]: row[1:] for row in connection.execute("SELECT words_language, entries, words FROM totals")}
    entries, words = totals.get(words_language, (0, 0))
    return Statistics(
        entries=sum(total[0] for total in totals.values()),
        entries_of_language=entries,
        mean_words=max(1.0, words / entries) if entries else 1.0,
        frequencies=common.frequencies(connection, totals, terms),
    )


def terms_to_score(statistics: Statistics) -> list[str]:
    """The rarest terms that the index has, as many as can be read soon; common ones only where there is no other."""
    rarest = sorted(statistics.frequencies, key=lambda term: (-statistics.idf(term), term))[:_MOST_SCORED]
    telling = [term for term in rarest if not statistics.is_common(term)] or rarest[:1]
    read = accumulate(statistics.frequencies[term] for term in telling)
    return [
        term
        for at, (term, postings) in enumerate(zip(telling, read, strict=True))
        if not at or postings <= _MOST_POSTINGS
    ]


def scored(connection: sqlite3.Connection, statistics: Statistics) -> sqlite3.Cursor:
    """Rows of an entry's number and its score, best first."""
    terms = terms_to_score(statistics)
    query = _SCORES.format(rows=", ".join(["(?, ?, ?)"] * len(terms)), k1=SATURATION, lengths=_LENGTHS)
    wanted = [(term, statistics.idf(term), 0.0 if term.startswith("=") else LENGTH_NORM) for term in terms]
    return connection.execute(query, [*(value for row in wanted for value in row), statistics.mean_words])
