"""Measures of a ranking, against values worked out by hand and against scikit-learn's."""

from __future__ import annotations

import math

import numpy as np
import pytest

from eval.ranking import MEASURES, ndcg, recall, reciprocal_rank

RANKED = ["a", "b", "c", "d"]


def test_recall_is_the_share_of_relevant_documents_found() -> None:
    judged = {"b": 1.0, "d": 2.0, "z": 1.0, "a": 0.0}
    assert recall(RANKED, judged, 1) == 0.0
    assert recall(RANKED, judged, 2) == pytest.approx(1 / 3)
    assert recall(RANKED, judged, 10) == pytest.approx(2 / 3)


def test_the_reciprocal_rank_is_that_of_the_first_relevant_document_and_0_beyond_the_cut() -> None:
    assert reciprocal_rank(RANKED, {"c": 1.0, "d": 1.0}, 10) == pytest.approx(1 / 3)
    assert reciprocal_rank(RANKED, {"c": 1.0}, 2) == 0.0
    assert reciprocal_rank(RANKED, {"a": 0.0, "z": 1.0}, 10) == 0.0


def test_ndcg_weighs_graded_judgements_by_their_rank() -> None:
    # gains 0, 3, 0, 1 against the ideal 3, 2, 1 ("z", of 2, was not found)
    wanted = (3 / math.log2(3) + 1 / math.log2(5)) / (3 + 2 / math.log2(3) + 1 / 2)
    assert ndcg(RANKED, {"b": 3.0, "d": 1.0, "z": 2.0}, 10) == pytest.approx(wanted)
    assert ndcg(["b", "a"], {"a": 1.0, "b": 2.0}, 10) == 1.0
    assert ndcg(["a"], {"a": -2.0, "b": 1.0}, 10) == 0.0


def test_ndcg_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import ndcg_score

    random = np.random.default_rng(7)
    for _ in range(50):
        gains, scores = random.integers(0, 4, size=30), random.permutation(30)
        gains[0] = 1
        ranked = [str(at) for at in np.argsort(-scores)]
        judged = {str(at): float(gain) for at, gain in enumerate(gains)}
        assert ndcg(ranked, judged, 10) == pytest.approx(ndcg_score([gains], [scores], k=10))


def test_every_measure_is_1_for_a_perfect_ranking_and_0_for_one_that_found_nothing() -> None:
    judged = {"a": 1.0}
    assert {name: measure(RANKED, judged) for name, measure in MEASURES.items()} == dict.fromkeys(MEASURES, 1.0)
    assert {name: measure([], judged) for name, measure in MEASURES.items()} == dict.fromkeys(MEASURES, 0.0)
