"""Few places, and a line before them."""

from __future__ import annotations

import threading

from app.queueing import PlaceQueue
from tests.support.patience import PATIENCE_S, eventually


def test_everybody_is_told_how_many_come_before_them() -> None:
    queue = PlaceQueue(2)
    for who in (7, 5, 9, 8):
        queue.join(who)
    assert [queue.before(who) for who in (7, 5, 9, 8)] == [None, None, 0, 1]
    assert queue.before(4711) is None
    queue.leave(5)
    assert queue.wait(9) and [queue.before(who) for who in (7, 9, 8)] == [None, None, 0]


def test_places_go_to_who_came_first_whoever_wakes_first() -> None:
    queue, came, lock = PlaceQueue(1), list[int](), threading.Lock()
    for who in range(20):
        queue.join(who)

    def stay(who: int) -> None:
        assert queue.wait(who)
        with lock:
            came.append(who)
        queue.leave(who)

    threads = [threading.Thread(target=stay, args=(who,)) for who in reversed(range(20))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert came == list(range(20))


def test_who_gives_up_stops_waiting_and_who_is_in_stays_in() -> None:
    queue, ended = PlaceQueue(1), list[bool]()
    for who in (1, 2, 3):
        queue.join(who)
    waiting = threading.Thread(target=lambda: ended.append(queue.wait(2)))
    waiting.start()
    queue.give_up(2)
    waiting.join(PATIENCE_S)
    assert ended == [False]
    queue.give_up(1)
    assert queue.before(3) == 0, "the one place is still taken"
    queue.leave(1)
    assert eventually(lambda: queue.before(3) is None)
