"""Working ahead keeps order, bounds and errors."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.prefetch import prefetched


@given(st.lists(st.none() | st.integers(), max_size=30), st.integers(1, 8))
def test_the_same_items_come_in_the_same_order(items: list[int | None], ahead: int) -> None:
    assert list(prefetched(iter(items), ahead)) == items


def test_items_are_made_while_the_consumer_works_but_only_so_many() -> None:
    made: list[int] = []

    def make() -> Iterator[int]:
        for number in range(50):
            made.append(number)
            yield number

    items = prefetched(make(), ahead=4)
    assert next(items) == 0
    deadline = time.monotonic() + 5
    while len(made) < 6 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    assert made == list(range(6))  # one taken, four waiting, one in hand
    assert list(items) == list(range(1, 50))


def test_an_error_is_raised_where_the_item_would_have_come() -> None:
    def make() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("the third cannot be made")

    items = prefetched(make(), ahead=8)
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(ValueError, match="the third"):
        next(items)


def test_a_consumer_that_stops_early_ends_the_thread_and_closes_the_source() -> None:
    before = threading.active_count()
    closed = threading.Event()

    def make() -> Iterator[int]:
        try:
            number = 0
            while True:
                yield number
                number += 1
        finally:
            closed.set()

    source = make()
    items = prefetched(source, ahead=2)
    assert isinstance(items, Iterator)
    next(items)
    items.close()  # type: ignore[attr-defined]  # it is a generator, though no caller needs to know
    assert threading.active_count() == before
    source.close()  # type: ignore[attr-defined]  # as above
    assert closed.is_set()
