"""Working ahead keeps order, bounds and errors."""

from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.ahead import ahead
from tests.support.patience import PATIENCE_S, eventually


@given(st.lists(st.none() | st.integers(), max_size=30), st.integers(1, 4), st.integers(1, 8))
def test_results_come_in_the_order_of_the_items(items: list[int | None], workers: int, most: int) -> None:
    assert [take() for take in ahead(lambda item: (item,), items, workers, most)] == [(item,) for item in items]


def test_items_are_worked_on_while_the_consumer_works_but_only_so_many() -> None:
    done: list[int] = []
    results = ahead(lambda item: done.append(item), range(50), workers=2, most=4)
    next(results)()
    assert eventually(lambda: len(done) == 4)
    time.sleep(0.1)
    assert sorted(done) == list(range(4))  # a new one is begun when the next is asked for
    assert len([take() for take in results]) == 49


def test_several_items_are_worked_on_at_once() -> None:
    meeting = threading.Barrier(3, timeout=PATIENCE_S)
    assert len([take() for take in ahead(lambda _item: meeting.wait(), range(6), workers=3, most=6)]) == 6


def test_an_error_is_raised_where_its_result_is_taken_and_the_rest_goes_on() -> None:
    results = list(ahead(lambda item: 12 // item, [3, 0, 2], workers=2, most=3))
    assert (results[0](), results[2]()) == (4, 6)
    with pytest.raises(ZeroDivisionError):
        results[1]()


def test_a_consumer_that_stops_early_leaves_no_thread() -> None:
    before = threading.active_count()
    results = ahead(lambda item: item, range(1000), workers=2, most=4)
    next(results)()
    results.close()  # type: ignore[attr-defined]  # it is a generator, though no caller needs to know
    assert threading.active_count() == before
