"""How much one person may ask, and how long they wait for the next."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.accounts.database import SignInDatabase
from app.accounts.limits import QuestionLimits, TooManyQuestionsError
from app.errors import AppError
from tests.app.accounts.people import Clock


@pytest.fixture
def limits(tmp_path: Path, clock: Clock) -> QuestionLimits:
    return QuestionLimits(SignInDatabase(tmp_path), per_minute=3, per_hour=5, clock=clock)


def wait(limits: QuestionLimits, who: str = "account:ana") -> float:
    """How long before the next; 0 where it was taken."""
    try:
        limits.take(who)
    except TooManyQuestionsError as error:
        return error.seconds
    return 0.0


def test_the_fourth_in_a_minute_waits_until_the_first_is_a_minute_old(limits: QuestionLimits, clock: Clock) -> None:
    for _ in range(3):
        assert wait(limits) == 0
        clock.now += 10
    assert wait(limits) == 30
    clock.now += 29
    assert wait(limits) == 1  # what was refused does not count
    clock.now += 1
    assert wait(limits) == 0
    assert wait(limits) == 10


def test_the_hour_counts_beside_the_minute(limits: QuestionLimits, clock: Clock) -> None:
    for _ in range(5):
        assert wait(limits) == 0
        clock.now += 60
    assert wait(limits) == 3600 - 5 * 60
    clock.now += 3600 - 5 * 60
    assert wait(limits) == 0


def test_everybody_has_a_limit_of_their_own(limits: QuestionLimits) -> None:
    assert [wait(limits) > 0 for _ in range(4)] == [False, False, False, True]
    assert wait(limits, "account:ben") == 0


def test_processes_that_share_a_home_share_the_limit(tmp_path: Path, clock: Clock) -> None:
    many = [QuestionLimits(SignInDatabase(tmp_path), 7, 0, clock) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        waits = list(pool.map(wait, many * 5))
    assert len([each for each in waits if each == 0]) == 7


def test_no_limit_keeps_nothing(tmp_path: Path) -> None:
    unlimited = QuestionLimits(SignInDatabase(tmp_path), 0, 0)
    assert {wait(unlimited) for _ in range(50)} == {0}
    assert not (tmp_path / "signins.db").exists()


def test_whose_questions_they_were_is_not_readable(limits: QuestionLimits, tmp_path: Path) -> None:
    wait(limits)
    assert b"ana" not in b"".join(each.read_bytes() for each in tmp_path.glob("signins.db*"))


def test_what_cannot_be_counted_is_not_asked(limits: QuestionLimits, tmp_path: Path) -> None:
    (tmp_path / "signins.db").write_bytes(b"no database" * 99)
    with pytest.raises(AppError, match=r"signins\.db"):
        limits.take("account:ana")
