"""The frequent words of each language, as evidence that letter statistics of a short question lack.

The lists are those of the package ``wordfreq`` (code Apache-2.0, data CC BY-SA 4.0), read in its
own format ("cBpack": a header, then one list of words for every centibel of frequency, most
frequent first), because importing the package takes longer than reading the lists.
"""

from __future__ import annotations

import gzip
import math
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ingest.errors import IngestUserError

WORDS_PER_LANGUAGE = 10_000  # with 3,000 two points of accuracy on word pairs are lost; with all, 100 MB
MAX_WORDS_READ = 60

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LIST_OF = {"no": "nb"}
_ABSENT = -6.5 * math.log(10)  # log frequency of a word that is in no list; the lists end near 10^-5


def words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


@cache
def frequencies(language: str) -> dict[str, float]:
    """Natural log of each frequent word's share of running text.

    :raises IngestUserError: the lists are not installed.
    """
    import msgpack  # type: ignore[import-untyped]  # ships no type hints

    spec = find_spec("wordfreq")
    if spec is None or spec.origin is None:
        raise IngestUserError("the package wordfreq is not installed: run `make setup` to tell languages apart")
    path = Path(spec.origin).parent / "data" / f"small_{_LIST_OF.get(language, language)}.msgpack.gz"
    unpacker = msgpack.Unpacker(raw=False)
    unpacker.feed(gzip.decompress(path.read_bytes()))
    bins = unpacker.read_array_header()
    unpacker.skip()
    found: dict[str, float] = {}
    for centibels in range(bins - 1):
        if len(found) >= WORDS_PER_LANGUAGE:
            break
        for word in unpacker.unpack():
            found[word] = -centibels / 100 * math.log(10)
    return found


def log_likelihood(tokens: list[str], language: str) -> float:
    """Log probability of ``tokens`` (the first :data:`MAX_WORDS_READ`) as a bag of ``language``'s words."""
    known = frequencies(language)
    return sum(max(known.get(token, _ABSENT), _ABSENT) for token in tokens[:MAX_WORDS_READ])
