"""How good a ranking is. Each measure takes the document ids, best first and each once, and the scores judged.

A document counts as relevant with a score above 0; one that was not judged is not. The formulae are those of
trec_eval, which BEIR reports.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial

Judged = Mapping[str, float]
DEPTH = 10  # documents that the deepest measure looks at


def recall(ranked: Sequence[str], judged: Judged, k: int) -> float:
    """Share of the relevant documents that are among the first ``k``."""
    relevant = {document for document, score in judged.items() if score > 0}
    return len(relevant.intersection(ranked[:k])) / len(relevant)


def reciprocal_rank(ranked: Sequence[str], judged: Judged, k: int) -> float:
    """1 / rank of the first relevant document among the first ``k``; 0 without one. Its mean is MRR@k."""
    ranks = (rank for rank, document in enumerate(ranked[:k], 1) if judged.get(document, 0.0) > 0)
    return 1 / next(ranks, math.inf)


def ndcg(ranked: Sequence[str], judged: Judged, k: int) -> float:
    """Discounted cumulative gain of the first ``k`` over the best possible one (Järvelin and Kekäläinen 2002).

    The gain is the score itself, the discount log2(rank + 1).
    """
    best = sorted((score for score in judged.values() if score > 0), reverse=True)
    return _dcg([max(0.0, judged.get(document, 0.0)) for document in ranked[:k]]) / _dcg(best[:k])


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


MEASURES: dict[str, Callable[[Sequence[str], Judged], float]] = {
    "recall@1": partial(recall, k=1),
    "recall@5": partial(recall, k=5),
    "recall@10": partial(recall, k=DEPTH),
    "mrr@10": partial(reciprocal_rank, k=DEPTH),
    "ndcg@10": partial(ndcg, k=DEPTH),
}
