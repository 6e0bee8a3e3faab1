"""BM25 (Robertson and Zaragoza 2009, in Lucene's form) inside one language for words, over all entries for identifiers.

The usual full-text engines count how rare a word is over all languages together, where the articles of a language that
few documents are in look rare; so the frequencies are read from the index and weighted here.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass

SATURATION = 1.2  # k1
LENGTH_NORM = 0.75  # b; identifiers are not thinned out by a long text

_MOST_WORDS = 300  # of a question; a longer one is a pasted text, and its beginning tells what it is about
_MOST_IDENTIFIERS = 100
_MOST_SCORED = 64  # the rarest of them
_COMMON_SHARE = 0.1  # of the entries; a word in more of them says little and costs most
_COMMON_ENTRIES = 1_000  # in a smaller index no word costs much

_FREQUENCIES = """
SELECT wanted.value, frequencies.doc FROM json_each(?) AS wanted
CROSS JOIN frequencies ON frequencies.term = wanted.value"""
_SCORES = """
SELECT entries.id, (1 + :k1) * sum(
    found.weight * found.times / (found.times + :k1 * (1 - found.b + found.b * entries.words / :mean))
  ) AS score, entries.language, entries.terms
FROM (
  SELECT occurrences.doc AS number, count(*) AS times,
    json_extract(wanted.value, '$[1]') AS weight, json_extract(wanted.value, '$[2]') AS b
  FROM json_each(:wanted) AS wanted
  CROSS JOIN occurrences ON occurrences.term = json_extract(wanted.value, '$[0]')
  GROUP BY wanted.key, occurrences.doc
) AS found JOIN entries ON entries.number = found.number
WHERE :languages IS NULL OR entries.words_language IN (SELECT value FROM json_each(:languages))
GROUP BY entries.number ORDER BY score DESC, entries.id LIMIT :most"""


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


def read_statistics(connection: sqlite3.Connection, words_language: str, terms: Sequence[str]) -> Statistics:
    """The statistics of these terms; words are of ``words_language``."""
    totals = {row[0]: row[1:] for row in connection.execute("SELECT words_language, entries, words FROM totals")}
    entries, words = totals.get(words_language, (0, 0))
    found = connection.execute(_FREQUENCIES, (json.dumps(terms),)).fetchall()
    return Statistics(
        entries=sum(total[0] for total in totals.values()),
        entries_of_language=entries,
        mean_words=max(1.0, words / entries) if entries else 1.0,
        frequencies=dict(found),
    )


def terms_to_score(statistics: Statistics) -> list[str]:
    """The rarest terms that the index has; common ones only where the question has no other."""
    rarest = sorted(statistics.frequencies, key=lambda term: (-statistics.idf(term), term))[:_MOST_SCORED]
    telling = [term for term in rarest if not statistics.is_common(term)]
    return telling or rarest[:1]


def scored(
    connection: sqlite3.Connection,
    statistics: Statistics,
    languages: Collection[str] | None,
    most: int | None,
) -> sqlite3.Cursor:
    """Rows of id, score, language and packed terms, best first; ties in the order of the ids."""
    wanted = [
        (term, statistics.idf(term), 0.0 if term.startswith("=") else LENGTH_NORM)
        for term in terms_to_score(statistics)
    ]
    return connection.execute(
        _SCORES,
        {
            "wanted": json.dumps(wanted),
            "languages": None if languages is None else json.dumps(sorted(languages)),
            "k1": SATURATION,
            "mean": statistics.mean_words,
            "most": -1 if most is None else most,
        },
    )
