"""One count of the large model's calls for all processes of a home; where it cannot count, nothing is granted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from app.models.routing.budget import DayBudget
from app.models.routing.policy import BudgetPolicy

TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)
THREE = BudgetPolicy(calls=3)


def on(day: date) -> Callable[[], date]:
    return lambda: day


def test_so_many_calls_a_day_and_as_many_again_the_next(tmp_path: Path) -> None:
    budget = DayBudget(tmp_path, on(TODAY))
    assert [budget.grant(THREE, None) is not None for _ in range(5)] == [True, True, True, False, False]
    assert budget.spent().calls == 3
    tomorrow = DayBudget(tmp_path, on(TOMORROW))
    assert tomorrow.spent().calls == 0
    assert tomorrow.grant(THREE, None)


def test_no_limit_and_no_call_at_all(tmp_path: Path) -> None:
    budget = DayBudget(tmp_path, on(TODAY))
    assert all(budget.grant(BudgetPolicy(calls=None), None) for _ in range(5))
    assert budget.grant(BudgetPolicy(calls=0), None) is None


def test_many_at_once_never_get_more_than_there_is(tmp_path: Path) -> None:
    policy = BudgetPolicy(calls=20)
    with ThreadPoolExecutor(8) as pool:
        granted = list(pool.map(lambda _: DayBudget(tmp_path, on(TODAY)).grant(policy, None), range(40)))
    assert sum(each is not None for each in granted) == 20


def test_other_processes_share_the_count(tmp_path: Path) -> None:
    code = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from app.models.routing.budget import DayBudget\n"
        "from app.models.routing.policy import BudgetPolicy\n"
        "budget = DayBudget(Path(sys.argv[1]), lambda: date(2026, 11, 22))\n"
        "print(sum(budget.grant(BudgetPolicy(calls=10), None) is not None for _ in range(8)))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert sum(int(each.communicate()[0]) for each in running) == 10


def test_money_is_held_before_a_call_and_what_was_not_spent_comes_back(tmp_path: Path) -> None:
    policy, budget = BudgetPolicy(calls=None, money=1.0), DayBudget(tmp_path, on(TODAY))
    first = budget.grant(policy, 0.6)
    assert first is not None
    assert budget.grant(policy, 0.6) is None  # both together could cost more than there is
    budget.pay(first, 0.1)
    second = budget.grant(policy, 0.6)
    assert second is not None
    assert budget.spent().money == pytest.approx(0.7)
    budget.pay(second, 0.5)
    assert budget.spent().money == pytest.approx(0.6)


def test_a_limit_of_money_grants_nothing_to_a_model_without_a_price(tmp_path: Path) -> None:
    assert DayBudget(tmp_path, on(TODAY)).grant(BudgetPolicy(calls=None, money=1.0), None) is None


def test_what_was_held_before_midnight_is_not_taken_from_the_next_day(tmp_path: Path) -> None:
    policy = BudgetPolicy(calls=None, money=1.0)
    grant = DayBudget(tmp_path, on(TODAY)).grant(policy, 0.6)
    tomorrow = DayBudget(tmp_path, on(TOMORROW))
    assert grant is not None and tomorrow.grant(policy, 0.5)
    tomorrow.pay(grant, 0.1)
    assert tomorrow.spent().money == pytest.approx(0.5)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"day": "2026-11-22", "calls": -4}', '{"calls": 1}'])
def test_a_damaged_count_grants_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "routing.json").write_text(content, encoding="utf-8")
    budget = DayBudget(tmp_path, on(TODAY))
    assert budget.grant(THREE, None) is None
    assert (tmp_path / "routing.json").read_text(encoding="utf-8") == content


def test_a_home_that_cannot_be_written_grants_nothing(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    assert DayBudget(tmp_path / "home", on(TODAY)).grant(THREE, None) is None
