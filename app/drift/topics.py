"""What questions are about, found from their vectors alone, so that no list of topics has to be kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.drift.asked import Asked
from app.drift.masking import masked
from app.drift.report import Moved

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_MOST = 12
_FEWEST_EACH = 8  # questions of a topic, on average


def topics_moved(questions: Sequence[Asked], vectors: Vectors, is_now: NDArray[np.bool_]) -> list[Moved]:
    """Each topic with its share before and now, what moved most first.

    It says what changed and not whether: the groups are made with the week weighed as much as all before it, so that
    what is new forms a group of its own.
    """
    import numpy as np
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    different = len({vector.tobytes() for vector in vectors})
    count = int(np.clip(len(questions) // _FEWEST_EACH, 1, min(_MOST, different)))
    weights = np.where(is_now, 1 / max(is_now.sum(), 1), 1 / max((~is_now).sum(), 1))
    with threadpool_limits(1):  # on a busy machine its threads wait for each other far longer than one takes
        model = KMeans(n_clusters=count, n_init=2, max_iter=60, random_state=0).fit(vectors, sample_weight=weights)
    moved: dict[str, Moved] = {}
    for topic in range(count):
        places = np.flatnonzero(model.labels_ == topic)
        if len(places):
            found = _described(questions, vectors, places, is_now)
            key = found.name or found.example
            moved[key] = _together(moved[key], found) if key in moved else found
    return sorted(moved.values(), key=lambda each: -abs(each.now - each.before))


def _described(
    questions: Sequence[Asked], vectors: Vectors, places: NDArray[np.intp], is_now: NDArray[np.bool_]
) -> Moved:
    import numpy as np

    shown = [each for each in places.tolist() if questions[each].is_open]
    cited = Counter(questions[each].documents[0] for each in shown if questions[each].documents)
    example = ""
    if shown:
        middle = vectors[places].mean(axis=0)
        central = questions[shown[int(np.argmax(vectors[shown] @ middle))]]
        example = masked(central.text, central.language)
    # Where most were not answered, the documents of the few that were say little of what is asked.
    name = cited.most_common(1)[0][0] if 2 * cited.total() >= len(shown) > 0 else ""
    now = float(is_now[places].sum() / max(is_now.sum(), 1))
    before = float((~is_now)[places].sum() / max((~is_now).sum(), 1))
    return Moved(name=name, before=round(before, 4), now=round(now, 4), example=example)


def _together(one: Moved, other: Moved) -> Moved:
    return one.model_copy(update={"before": round(one.before + other.before, 4), "now": round(one.now + other.now, 4)})
