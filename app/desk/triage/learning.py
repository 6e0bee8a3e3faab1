"""Learning every field of a ticket, and keeping what is no worse than what was there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.desk.tickets import SortedText
from app.desk.triage.counting import TermCounts
from app.desk.triage.descriptions import label_names
from app.desk.triage.fitting import Examples, fit
from app.desk.triage.shelf import Learned, TriageShelf
from app.errors import AppUserError
from ingest.embedding.centring import CentredEmbedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WORSE = 0.01  # by which chance alone may move the accuracy of a few hundred tickets
Progress = Callable[[int, int], None]
Phase = Callable[[str], Progress]


@dataclass(frozen=True)
class FieldReport:
    """What was learned of one field.

    :param accuracy: of examples that were not seen (five-fold cross-validation), 0 to 1; None where there were none.
    :param most_frequent: share of the commonest label: what always guessing it would get right.
    :param before: the accuracy of the classifier that was there.
    :param recall: by label, how many of its examples were told right.
    """

    field: str
    examples: int
    accuracy: float | None
    most_frequent: float
    before: float | None
    kept: bool
    recall: dict[str, float]


def vectors_of(texts: Sequence[SortedText], embedder: CentredEmbedder, progress: Progress) -> NDArray[np.float64]:
    """Centred vectors, shape ``(texts, dimension)``; float64, without which the fit stops too early."""
    import numpy as np

    done = 0

    def embedded(more: int) -> None:
        nonlocal done
        done += more
        progress(done, len(texts))

    vectors = embedder.embed([each.text for each in texts], [each.language for each in texts], "query", embedded)
    return vectors.astype(np.float64)


def examples_of(texts: Sequence[SortedText], vectors: NDArray[np.float64], counts: TermCounts, field: str) -> Examples:
    """Those of the texts that have ``field``, to learn it from.

    :param vectors: of all the texts, as ``counts``.
    """
    places = [place for place, each in enumerate(texts) if field in each.labels]
    some = [texts[place] for place in places]
    labels = [each.labels[field] for each in some]
    return Examples(vectors[places], counts.some(places), labels, [each.is_description for each in some])


def learn(
    texts: Sequence[SortedText],
    embedder: CentredEmbedder,
    shelf: TriageShelf,
    phase: Phase,
    replaces_better: bool = False,
) -> list[FieldReport]:
    """Learn every field that the texts have at least two labels of.

    :param replaces_better: keep what was learned even where it is worse than what was there.
    :raises AppUserError: there is no such field.
    """
    fields = [
        field for field in _fields(texts) if len({each.labels[field] for each in texts if field in each.labels}) > 1
    ]
    if not fields:
        raise AppUserError("nothing to learn: no field of these tickets has two labels; give tickets that were sorted")
    texts = [*texts, *label_names(texts, fields)]
    vectors = vectors_of(texts, embedder, phase(f"embedding {len(texts)} tickets"))
    counts = TermCounts.of([each.wording for each in texts])
    return [
        _learned(
            field,
            examples_of(texts, vectors, counts, field),
            embedder.fingerprint,
            shelf,
            phase(f"learning {field}"),
            replaces_better,
        )
        for field in fields
    ]


def _fields(texts: Sequence[SortedText]) -> list[str]:
    return list(dict.fromkeys(field for each in texts for field in each.labels))


def _learned(
    field: str,
    examples: Examples,
    fingerprint: str,
    shelf: TriageShelf,
    progress: Progress,
    replaces_better: bool,
) -> FieldReport:
    labels = examples.labels
    classifier, held_out = fit(examples, progress=progress)
    accuracy = float(held_out.right.mean()) if len(held_out.right) else None
    before = shelf.known(field)
    is_worse = before is not None and (accuracy or 0.0) < (before.accuracy or 0.0) - _WORSE
    kept = replaces_better or not is_worse
    if kept:
        learned = Learned(
            field=field,
            labels=classifier.labels,
            examples=examples.asked,
            accuracy=accuracy,
            learned_at=f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}",
            fingerprint=fingerprint,
            temperature=classifier.temperature,
            usual=classifier.usual,
            terms=classifier.vocabulary.terms,
            rarity=classifier.vocabulary.rarity,
        )
        shelf.keep(learned, classifier)
    asked = Counter(labels[place] for place in held_out.asked)
    right = Counter(labels[place] for place, is_right in zip(held_out.asked, held_out.right, strict=True) if is_right)
    recall = {label: right[label] / count for label, count in sorted(asked.items())}
    commonest = max(asked.values(), default=0) / max(asked.total(), 1)
    return FieldReport(field, examples.asked, accuracy, commonest, before.accuracy if before else None, kept, recall)
