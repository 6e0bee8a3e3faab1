"""How frequent a language's words are, for fitting and for benchmarks."""

from __future__ import annotations

import gzip
import math
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from eval.errors import EvalUserError

WORDS_PER_LANGUAGE = 10_000
_LIST_OF = {"no": "nb"}


@cache
def frequencies(
    language: str, most: int = WORDS_PER_LANGUAGE, size: Literal["small", "large"] = "small"
) -> dict[str, float]:
    """Natural log of each frequent word's share of running text.

    The lists are those of the package ``wordfreq`` (code Apache-2.0, data CC BY-SA 4.0), read in its
    own format ("cBpack": a header, then one list of words for every centibel of frequency, most
    frequent first), because importing the package takes longer than reading the lists.

    :param size: ``large`` lists reach down to 10^-8 instead of 10^-6; a language without one gives its small one.
    :raises EvalUserError: the lists are not installed.
    """
    import msgpack  # type: ignore[import-untyped]  # ships no type hints

    spec = find_spec("wordfreq")
    if spec is None or spec.origin is None:
        raise EvalUserError("the package wordfreq is not installed: run `pip install polydesk[compare]`")
    folder, name = Path(spec.origin).parent / "data", _LIST_OF.get(language, language)
    path = folder / f"{size}_{name}.msgpack.gz"
    if not path.exists():
        path = folder / f"small_{name}.msgpack.gz"
    unpacker = msgpack.Unpacker(raw=False)
    unpacker.feed(gzip.decompress(path.read_bytes()))
    bins = unpacker.read_array_header()
    unpacker.skip()
    found: dict[str, float] = {}
    for centibels in range(bins - 1):
        if len(found) >= most:
            break
        for word in unpacker.unpack():
            found[word] = -centibels / 100 * math.log(10)
    return found
