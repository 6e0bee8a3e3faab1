"""The fit of the evidence model: sets count alike, nothing is judged by what it taught, the threshold serves all."""

from __future__ import annotations

import numpy as np
import pytest

from app.retrieval.evidence import FEATURES
from eval.fit_evidence import Judged, fit

NAMES = sorted(FEATURES)


def judged(name: str, near: np.ndarray, answerable: np.ndarray, groups: int = 4) -> Judged:
    """Questions of which only the nearness of the chunk tells anything."""
    rows = np.zeros((len(near), len(NAMES)))
    rows[:, NAMES.index("chunk")] = near
    return Judged(name, rows, answerable, np.arange(len(near)) % groups)


def drawn(seed: int, count: int, shift: float, at: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    answerable = chance.random(count) < 0.7
    return at + np.where(answerable, shift, 0) + chance.normal(size=count) * 0.05, answerable


def test_what_tells_gets_its_weight_and_the_rest_none() -> None:
    model, (figures,) = fit([judged("golden", *drawn(1, 200, 0.3))], "made-up questions")
    assert model.coefficients["chunk"] > 1
    assert all(abs(weight) < 1e-3 for name, weight in model.coefficients.items() if name != "chunk")
    assert model.fitted_on == "made-up questions"
    assert (figures.answered, figures.abstained) > (0.95, 0.95)
    assert figures.area_under_curve > 0.99
    assert 0 < model.threshold < 1


def test_held_out_figures_of_chance_are_those_of_chance() -> None:
    near, answerable = drawn(2, 400, 0.0)
    _, (figures,) = fit([judged("golden", near, answerable)], "")
    assert figures.area_under_curve == pytest.approx(0.5, abs=0.1)


def test_a_small_set_counts_as_much_as_a_large_one() -> None:
    """Of two sets that contradict each other neither wins, whatever their sizes."""
    near, answerable = drawn(3, 1000, 0.3)
    few, few_answerable = drawn(4, 60, 0.3)
    model, _ = fit([judged("large", near, answerable), judged("small", few, ~few_answerable)], "")
    alone, _ = fit([judged("large", near, answerable)], "")
    assert abs(model.coefficients["chunk"]) < 0.3 * alone.coefficients["chunk"]


def test_one_threshold_serves_sets_whose_questions_are_unlike() -> None:
    one, other = drawn(5, 300, 0.4), drawn(6, 300, 0.4, at=0.55)
    _, figures = fit([judged("one", *one), judged("other", *other)], "")
    assert [each.name for each in figures] == ["one", "other"]
    assert all(each.answered > 0.9 and each.abstained > 0.9 for each in figures)
