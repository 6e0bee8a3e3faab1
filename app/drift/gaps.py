"""What is asked and what no golden question is near."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.drift.asked import Asked
from app.drift.masking import masked
from app.drift.policy import DriftPolicy
from app.drift.report import DriftReport, NewQuestion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_MOST_COMPARED = 1500  # questions with one another
_DOCUMENTS = 3


def nearest_golden(vectors: Vectors, golden: Vectors) -> NDArray[np.float32]:
    """Of each question the cosine to the nearest golden question, shape ``(questions,)``; -1 where there is none."""
    import numpy as np

    if not len(golden):
        return np.full(len(vectors), -1.0, dtype=np.float32)
    likeness: NDArray[np.float32] = (vectors @ golden.T).max(axis=1) if len(vectors) else np.zeros(0, np.float32)
    return likeness


def new_questions(
    questions: Sequence[Asked], vectors: Vectors, likeness: NDArray[np.float32], policy: DriftPolicy
) -> tuple[NewQuestion, ...]:
    """Groups of questions that are far from the golden ones and near each other, the most asked first."""
    import numpy as np

    far = [place for place, each in enumerate(questions) if each.is_open and likeness[place] < policy.near]
    far = far[-_MOST_COMPARED:]
    found = []
    for group in _groups(vectors[far], policy.alike):
        places = [far[each] for each in group]
        conversations = {questions[each].conversation for each in places}
        if len(conversations) < policy.least_asked:
            continue
        middle = vectors[places].mean(axis=0)
        central = questions[places[int(np.argmax(vectors[places] @ middle))]]
        cited = Counter(title for each in places for title in questions[each].documents)
        languages = Counter(questions[each].language for each in places)
        found.append(
            NewQuestion(
                question=masked(central.text, central.language),
                language=central.language,
                asked=len(places),
                conversations=len(conversations),
                languages=tuple(name for name, _ in languages.most_common()),
                likeness=round(float(likeness[places].mean()), 3),
                documents=tuple(title for title, _ in cited.most_common(_DOCUMENTS)),
            )
        )
    found.sort(key=lambda each: (-each.conversations, -each.asked, each.question))
    return tuple(found[: policy.most_new_questions])


def golden_lines(report: DriftReport) -> str:
    """The new questions as JSON lines in the format of golden questions; a person fills in document and quote."""
    return "".join(
        json.dumps(_golden_line(report.week, number, each), ensure_ascii=False) + "\n"
        for number, each in enumerate(report.new_questions, 1)
    )


def _golden_line(week: str, number: int, question: NewQuestion) -> dict[str, object]:
    cited = f"; the answers cite {' / '.join(question.documents)}" if question.documents else ""
    times = f"{question.asked} times in {question.conversations} conversations, also in {', '.join(question.languages)}"
    return {
        "id": f"asked-{week}-{number:02}",
        "question": question.question,
        "language": question.language,
        "answerable": True,
        "documents": [],
        "quote": "",
        "as_of": None,
        "note": f"asked {times}{cited}. Fill in documents and quote, or set answerable to false; replace <…>.",
    }


def _groups(vectors: Vectors, alike: float) -> list[list[int]]:
    """Average linkage: those of a group have at least this mean cosine with one another."""
    if len(vectors) < 2:
        return [[0]] if len(vectors) else []
    from sklearn.cluster import AgglomerativeClustering

    grouping = AgglomerativeClustering(
        n_clusters=None, distance_threshold=1 - alike, metric="cosine", linkage="average"
    )
    groups: dict[int, list[int]] = {}
    for place, label in enumerate(grouping.fit_predict(vectors).tolist()):
        groups.setdefault(label, []).append(place)
    return list(groups.values())
