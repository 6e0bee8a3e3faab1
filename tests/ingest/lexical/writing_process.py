"""Rewrite all entries until killed: ``python -m tests.ingest.lexical.writing_process FILE FIRST_EDITION``."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from ingest.lexical import Entry, LexicalIndex

ENTRIES = 150


def edition(number: int) -> list[Entry]:
    """Every entry names its edition; every second one of an odd edition is in another language."""
    return [
        Entry(f"doc:{at}", "de" if at % 2 and number % 2 else "en", f"N{number} entry lamp " + "cable " * at)
        for at in range(ENTRIES)
    ]


def main() -> None:
    index = LexicalIndex(Path(sys.argv[1]))
    first = int(sys.argv[2])
    for number in count(first):
        index.write(edition(number))
        print(number, flush=True)


if __name__ == "__main__":
    main()
