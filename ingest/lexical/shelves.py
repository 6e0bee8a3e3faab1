"""The two lexical indexes of a home: of what is searched for every question, and of the past."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.lexical.index import LexicalIndex

FOLDER = "lexical"


@dataclass(frozen=True)
class Words:
    """An index for each shelf; their entries are chunks, under their record ids."""

    live: LexicalIndex
    past: LexicalIndex


@contextmanager
def open_words(home: Path) -> Iterator[Words]:
    """Open the lexical indexes of ``home``, which are made when they are not there.

    :raises IngestUserError: their files cannot be used.
    """
    folder = home / FOLDER
    words = Words(LexicalIndex(folder / "live.db"), LexicalIndex(folder / "past.db"))
    try:
        yield words
    finally:
        words.live.close()
        words.past.close()
