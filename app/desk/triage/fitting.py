"""Fitting a classifier, and what it gets right of texts that it did not learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from app.desk.triage.classifier import Classifier, Linear, mixed, signs_of
from app.desk.triage.scope import ALL_BELONGS, Centres, Usual, centres_of, usual_of
from app.desk.triage.words import Vocabulary, Wording, vocabulary_of
from app.errors import AppUserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Labels = NDArray[np.int64]

_FOLDS = 5
_TEMPERATURES = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
# scikit-learn's C: many clean labels want much of it, a few that people disagree on little.
_FREEDOMS = (3.0, 30.0, 300.0)
_ROUNDS = 300
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Examples:
    """Texts with their labels; ``vectors`` are centred, shape ``(texts, dimension)``.

    :param described: which of them describe a label: they are learned from, but not asked about. None: no text does.
    """

    vectors: Array
    texts: Sequence[Wording]
    labels: Sequence[str]
    described: Sequence[bool] | None = None

    @property
    def asked(self) -> int:
        """How many of them people have sorted."""
        return len(self.labels) - sum(self.described or ())

    def some(self, places: Iterable[int]) -> Examples:
        """Those at ``places``."""
        chosen = list(places)
        texts = [self.texts[place] for place in chosen]
        described = [self.described[place] for place in chosen] if self.described is not None else None
        return Examples(self.vectors[chosen], texts, [self.labels[place] for place in chosen], described)


@dataclass(frozen=True)
class HeldOut:
    """What was said of each text by a classifier that had not seen it: cross-validated.

    ``asked``: which texts; the only one of its label is not among them. ``shares`` shape ``(asked, labels)``.
    """

    asked: NDArray[np.intp]
    shares: Array
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class _Fitted:
    vectors: Linear
    words: Linear
    vocabulary: Vocabulary
    centres: Centres


@dataclass(frozen=True)
class _Said:
    """Of texts that were not learned from: the scores of both kinds, the signs of belonging, and what is right."""

    scores: Array
    words: Array
    signs: Array
    labels: Labels

    @cached_property
    def temperature(self) -> float:
        """The one that surprises least."""
        return min(_TEMPERATURES, key=self.surprise)

    def surprise(self, temperature: float) -> float:
        """Mean negative logarithm of the probability of what is right, in nats."""
        import numpy as np

        shares = mixed(self.scores, self.words, temperature)
        return float(-np.log(shares[np.arange(len(self.labels)), self.labels] + 1e-12).mean())


def fit(examples: Examples, accepted: float = 0.9, progress: Progress | None = None) -> tuple[Classifier, HeldOut]:
    """A classifier of all examples, calibrated by cross-validation.

    :param accepted: share of what belongs that is taken as belonging.
    :param progress: told how many of how many fits are done.
    :raises AppUserError: there are fewer than two labels.
    """
    import numpy as np
    from threadpoolctl import threadpool_limits

    names = sorted(set(examples.labels))
    if len(names) < 2:
        raise AppUserError("nothing to tell apart: at least two labels are wanted; give more tickets")
    labels = np.searchsorted(np.array(names), np.array(examples.labels))
    with threadpool_limits(1):  # agents ask meanwhile, and threads that wait for a busy processor only slow it down
        return _fit(examples, names, labels, accepted, progress or (lambda _done, _of: None))


def _fit(
    examples: Examples, names: Sequence[str], labels: Labels, accepted: float, progress: Progress
) -> tuple[Classifier, HeldOut]:
    import numpy as np

    fold_of = _folds(labels, examples.described)
    folds = [np.flatnonzero(fold_of == fold) for fold in range(int(fold_of.max()) + 1)]
    fits = (len(_FREEDOMS) - 1 if folds else 0) + len(folds) + 1

    def seen(fold: int, freedom: float) -> _Said:
        kept = np.flatnonzero(fold_of != fold)
        fitted = _fitted(examples.some(kept), labels[kept], len(names), freedom)
        return _said(fitted, examples.some(folds[fold]), labels[folds[fold]])

    tried: dict[float, _Said] = {}
    for freedom in _FREEDOMS if folds else ():
        tried[freedom] = seen(0, freedom)
        progress(len(tried), fits)
    best = min(tried, key=lambda each: tried[each].surprise(tried[each].temperature), default=_FREEDOMS[-1])
    said = [tried[best]] if folds else []
    for fold in range(1, len(folds)):
        said.append(seen(fold, best))
        progress(len(tried) + fold, fits)
    whole = _fitted(examples, labels, len(names), best)
    progress(fits, fits)

    def classifier(temperature: float, usual: Usual) -> Classifier:
        return Classifier(tuple(names), whole.vectors, whole.words, whole.vocabulary, temperature, whole.centres, usual)

    if not said:
        return classifier(1.0, ALL_BELONGS), HeldOut(np.zeros(0, int), np.zeros((0, len(names))), np.zeros(0, bool))
    parts = ([getattr(each, part) for each in said] for part in ("scores", "words", "signs", "labels"))
    every = _Said(*map(np.concatenate, parts))
    shares = mixed(every.scores, every.words, every.temperature)
    held_out = HeldOut(np.concatenate(folds), shares, shares.argmax(axis=1) == every.labels)
    return classifier(every.temperature, usual_of(every.signs, accepted)), held_out


def _said(fitted: _Fitted, unseen: Examples, labels: Labels) -> _Said:
    scores = fitted.vectors.scores(unseen.vectors)
    words = fitted.words.scores(fitted.vocabulary.counted(unseen.texts))
    return _Said(scores, words, signs_of(scores, fitted.centres, unseen.vectors), labels)


def _fitted(examples: Examples, labels: Labels, count: int, freedom: float) -> _Fitted:
    vocabulary = vocabulary_of(examples.texts)
    return _Fitted(
        _linear(examples.vectors, labels, count, freedom),
        _linear(vocabulary.counted(examples.texts), labels, count, freedom),
        vocabulary,
        centres_of(examples.vectors, labels, count),
    )


def _linear(features: object, labels: Labels, count: int, freedom: float) -> Linear:
    """Multinomial logistic regression (scikit-learn)."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=freedom, max_iter=_ROUNDS).fit(features, labels)
    if count == 2:  # of two labels scikit-learn keeps the second's alone
        return Linear(
            np.concatenate([-model.coef_, model.coef_]) / 2, np.append(-model.intercept_, model.intercept_) / 2
        )
    return Linear(model.coef_, model.intercept_)


def _folds(labels: Labels, described: Sequence[bool] | None) -> Labels:
    """The fold of every text, the same each time, with each label spread evenly; -1 for what is in none.

    That is the only one of its label, and whatever describes a label.
    """
    import numpy as np

    random = np.random.default_rng(20261121)
    fold = np.full(len(labels), -1)
    for label in np.unique(labels):
        of_it = labels == label
        places = np.flatnonzero(of_it if described is None else of_it & ~np.array(described))
        if len(places) > 1:
            fold[random.permutation(places)] = np.arange(len(places)) % _FOLDS
    return fold
