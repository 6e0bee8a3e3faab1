"""Change is told from chance: the p-values are those of dealing the weeks out anew, and several share one level."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from app.drift.chance import Composition, Mean, adjusted, p_values


def test_the_p_value_is_the_share_of_deals_that_are_at_least_as_far_apart() -> None:
    values = np.array([0.1, 0.4, 0.35, 0.8, 0.9, 0.2, 0.5, 0.95])
    is_now = np.array([False] * 5 + [True] * 3)
    sums = np.column_stack([values, np.ones(8)])

    def distance(now: tuple[int, ...]) -> float:
        others = [each for each in range(8) if each not in now]
        return abs(float(values[list(now)].mean() - values[others].mean()))

    happened = distance((5, 6, 7))
    every = [distance(now) >= happened - 1e-12 for now in combinations(range(8), 3)]
    (found,) = p_values([Mean(sums)], is_now, 5000)
    assert found == pytest.approx(sum(every) / len(every), abs=0.03)


def test_a_composition_that_is_another_is_sure_and_one_that_is_the_same_is_not() -> None:
    def counts(first: int, of: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        return np.array([[1.0, 0.0]] * first + [[0.0, 1.0]] * (of - first))

    is_now = np.array([False] * 200 + [True] * 50)
    other, same = (np.vstack([counts(100, 200), counts(now, 50)]) for now in (42, 26))
    far, near = p_values([Composition(other), Composition(same)], is_now, 999)
    assert far == 0.001 and near > 0.5


def test_no_p_value_is_zero_and_nothing_that_never_varies_is_a_change() -> None:
    is_now = np.array([False] * 30 + [True] * 10)
    constant = np.ones((40, 2))
    values = np.column_stack([is_now.astype(float), np.ones(40)])
    assert p_values([Mean(values), Mean(constant)], is_now, 199) == [1 / 200, 1.0]


def test_several_questions_at_once_share_the_level() -> None:
    # Benjamini and Hochberg (1995), the example of their section 4.1: four of fifteen are rejected at 0.05.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528]
    p += [0.7590, 1.0000]
    shuffled = p[7:] + p[:7]
    found = adjusted(shuffled)
    assert sorted(shuffled[place] for place, each in enumerate(found) if each <= 0.05) == p[:4]
    assert adjusted([0.2]) == [0.2] and max(found) <= 1
