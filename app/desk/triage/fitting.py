"""Fitting a classifier, and what it gets right of texts that it did not learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from app.desk.triage.classifier import Classifier, Linear, mixed, signs_of
from app.desk.triage.counting import TermCounts, Weighing
from app.desk.triage.scope import ALL_BELONGS, Centres, Usual, centres_of, usual_of
from app.errors import AppUserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

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
    counts: TermCounts
    labels: Sequence[str]
    described: Sequence[bool] | None = None

    @property
    def asked(self) -> int:
        """How many of them people have sorted."""
        return len(self.labels) - sum(self.described or ())

    def some(self, places: Iterable[int]) -> Examples:
        """Those at ``places``."""
        chosen = list(places)
        described = [self.described[place] for place in chosen] if self.described is not None else None
        return Examples(
            self.vectors[chosen], self.counts.some(chosen), [self.labels[place] for place in chosen], described
        )


@dataclass(frozen=True)
class HeldOut:
    """What was said of each text by a classifier that had not seen it: cross-validated.

    ``asked``: which texts; the only one of its label is not among them. ``shares`` shape ``(asked, labels)``.
    """

    asked: NDArray[np.intp]
    shares: Array
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class _Part:
    """Examples as they are learned from, however freely."""

    vectors: Array
    words: csr_matrix
    weighing: Weighing
    centres: Centres
    labels: Labels

    @classmethod
    def of(cls, examples: Examples, labels: Labels, count: int) -> _Part:
        weighing = examples.counts.weighing()
        words, centres = examples.counts.weighed(weighing), centres_of(examples.vectors, labels, count)
        return cls(examples.vectors, words, weighing, centres, labels)


@dataclass(frozen=True)
class _Fitted:
    vectors: Linear
    words: Linear


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
    done = 0

    def fitted(part: _Part, freedom: float) -> _Fitted:
        nonlocal done
        found = _fitted(part, len(names), freedom)
        done += 1
        progress(done, fits)
        return found

    def without(fold: int) -> _Part:
        kept = np.flatnonzero(fold_of != fold)
        return _Part.of(examples.some(kept), labels[kept], len(names))

    def said_of(fold: int, part: _Part, freedom: float) -> _Said:
        return _said(fitted(part, freedom), part, examples.some(folds[fold]), labels[folds[fold]])

    best, said = _FREEDOMS[-1], []
    if folds:
        part = without(0)
        best, first = _best_of(said_of(0, part, freedom) for freedom in _FREEDOMS)
        said = [first]
    fits = done + max(len(folds) - 1, 0) + 1
    said += [said_of(fold, without(fold), best) for fold in range(1, len(folds))]
    every = _Part.of(examples, labels, len(names))
    whole = fitted(every, best)
    vocabulary = examples.counts.vocabulary(every.weighing)

    def classifier(temperature: float, usual: Usual) -> Classifier:
        return Classifier(tuple(names), whole.vectors, whole.words, vocabulary, temperature, every.centres, usual)

    if not said:
        return classifier(1.0, ALL_BELONGS), HeldOut(np.zeros(0, int), np.zeros((0, len(names))), np.zeros(0, bool))
    parts = ([getattr(each, part) for each in said] for part in ("scores", "words", "signs", "labels"))
    together = _Said(*map(np.concatenate, parts))
    shares = mixed(together.scores, together.words, together.temperature)
    held_out = HeldOut(np.concatenate(folds), shares, shares.argmax(axis=1) == together.labels)
    return classifier(together.temperature, usual_of(together.signs, accepted)), held_out


def _best_of(tried: Iterable[_Said]) -> tuple[float, _Said]:
    """The freedom that surprises least, and what is said with it; once more of it is worse, still more is not tried."""
    found: list[tuple[float, float, _Said]] = []
    for freedom, said in zip(_FREEDOMS, tried, strict=False):
        surprise = said.surprise(said.temperature)
        if found and surprise > found[-1][0]:
            break
        found.append((surprise, freedom, said))
    return found[-1][1:]


def _said(fitted: _Fitted, part: _Part, unseen: Examples, labels: Labels) -> _Said:
    scores = fitted.vectors.scores(unseen.vectors)
    words = fitted.words.scores(unseen.counts.weighed(part.weighing))
    return _Said(scores, words, signs_of(scores, part.centres, unseen.vectors), labels)


def _fitted(part: _Part, count: int, freedom: float) -> _Fitted:
    return _Fitted(
        _linear(part.vectors, part.labels, count, freedom, "lbfgs"),
        _linear(part.words, part.labels, count, freedom, "newton-cg"),  # of many weights: a fifth of the other's time
    )


def _linear(
    features: object, labels: Labels, count: int, freedom: float, solver: Literal["lbfgs", "newton-cg"]
) -> Linear:
    """Multinomial logistic regression (scikit-learn)."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=freedom, solver=solver, max_iter=_ROUNDS).fit(features, labels)
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
