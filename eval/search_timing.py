"""Time searches: for one asker or several at once, and what of it is spent where."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any

from eval.timed import Timed
from ingest.ledger.collections import Collections
from ingest.ledger.reading import LedgerReader
from ingest.ledger.vectors import VectorShelf
from ingest.lexical import LexicalIndex
from ingest.store import VectorCollection

_TIMED: dict[str, tuple[tuple[type, tuple[str, ...]], ...]] = {
    "vector_query": ((VectorCollection, ("query", "query_many", "get")),),
    "lexical": ((LexicalIndex, ("search", "idf")),),
    "ledger": (
        (LedgerReader, tuple(name for name, found in vars(LedgerReader).items() if name[0] != "_" and callable(found))),
        (Collections, ("live",)),
    ),
    "vectors": ((VectorShelf, ("get",)),),
}
REST = "scoring"  # whatever is not one of the above


def timed(searches: Sequence[Callable[[], object]]) -> Timed:
    """One asker, who asks one after the other."""
    return Timed.of_seconds(_seconds(searches))


def timed_together(searches: Sequence[Callable[[], object]], askers: int) -> tuple[Timed, float]:
    """Askers in as many threads of this process, each of whom asks the next as soon as there is an answer.

    They share the searches among them.

    :returns: what one search takes, and searches a second of all askers together.
    """
    taken: list[list[float]] = [[] for _ in range(askers)]
    failures: list[Exception] = []

    def ask(asker: int) -> None:
        try:
            taken[asker] = _seconds(searches[asker::askers])
        except Exception as error:  # raised again where it is seen, below
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(asker,)) for asker in range(askers)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    found = [seconds for each in taken for seconds in each]
    return Timed.of_seconds(found), round(len(found) / (time.perf_counter() - started), 1)


def parts(searches: Sequence[Callable[[], object]]) -> dict[str, float]:
    """Mean milliseconds of a search that are spent in the vector store, the lexical index, the ledger and so on."""
    with _spent() as spent:
        whole = sum(_seconds(searches))
    found = {name: spent[name] for name in _TIMED}
    found[REST] = whole - sum(found.values())
    return {name: _ms(seconds / len(searches)) for name, seconds in found.items()}


def _seconds(searches: Sequence[Callable[[], object]]) -> list[float]:
    taken = []
    for search in searches:
        started = time.perf_counter()
        search()
        taken.append(time.perf_counter() - started)
    return taken


@contextmanager
def _spent() -> Iterator[dict[str, float]]:
    """Seconds spent in the methods that are timed, a call within another one in the outer one only."""
    spent = dict.fromkeys(_TIMED, 0.0)
    inside = threading.local()

    def watched(part: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:
            if getattr(inside, "it", False):
                return method(*args, **kwargs)
            inside.it, started = True, time.perf_counter()
            try:
                return method(*args, **kwargs)
            finally:
                inside.it = False
                spent[part] += time.perf_counter() - started

        return call

    methods = [(part, owner, name) for part, of in _TIMED.items() for owner, names in of for name in names]
    originals = [(owner, name, getattr(owner, name)) for _, owner, name in methods]
    for (part, owner, name), (_, _, original) in zip(methods, originals, strict=True):
        setattr(owner, name, watched(part, original))
    try:
        yield spent
    finally:
        for owner, name, original in originals:
            setattr(owner, name, original)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
