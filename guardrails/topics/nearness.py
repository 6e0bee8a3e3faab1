"""How near a question is to each topic: a logistic regression on the vectors of the policy's examples.

The vectors have their language taken out, so an example finds its like in every language. Fitted anew whenever the
examples change, which takes some seconds, and kept in a file meanwhile.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from guardrails.errors import GuardError
from guardrails.guards import Embed
from guardrails.support import Vectors
from guardrails.topics.policy import Examples, TopicsPolicy

_ORDINARY = ""  # sorts and reads as the class of no topic
_STRENGTH = 10.0  # C: chosen by cross-validation over the shipped examples; 3 to 100 differ by less than 2 points


@dataclass(frozen=True, slots=True, eq=False)
class Nearness:
    """Fitted weights of each topic against the ordinary questions."""

    topics: tuple[str, ...]
    weights: Vectors  # shape (dimensions, topics)
    biases: Vectors  # shape (topics,)

    def of(self, vectors: Vectors) -> Vectors:
        """0..1 for each text and topic, shape (texts, topics).

        :raises GuardError: the vectors are not finite or not those of the model that the examples were embedded with.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.weights.shape[0] or not np.isfinite(vectors).all():
            raise GuardError(f"the question has no usable vectors (shape {vectors.shape})")
        near: Vectors = 1.0 / (1.0 + np.exp(-(vectors @ self.weights + self.biases)))
        return near


def kept_nearness(policy: TopicsPolicy, embed: Embed, model: str, folder: Path) -> Nearness:
    """What was fitted before on the same examples and vectors, or what is fitted now and kept.

    :param model: names the model that ``embed`` is of.
    :param folder: where it is kept; a folder that cannot be written costs the time again, nothing else.
    """
    digest = hashlib.sha256(f"{model}\n{_STRENGTH}\n{policy.model_dump_json()}".encode()).hexdigest()[:16]
    file = folder / f"topics-{digest}.npz"
    topics = tuple(policy.named)
    with suppress(OSError, ValueError, KeyError, zipfile.BadZipFile), np.load(file, allow_pickle=False) as stored:
        found = Nearness(topics, stored["weights"], stored["biases"])
        if found.weights.shape[1:] == found.biases.shape == (len(topics),):
            return found
    fitted = fit_nearness(policy, embed)
    with suppress(OSError):
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".npz", delete=False) as partial:
            np.savez(partial, weights=fitted.weights, biases=fitted.biases)
        Path(partial.name).replace(file)
    return fitted


def fit_nearness(policy: TopicsPolicy, embed: Embed) -> Nearness:
    """Embed the examples of ``policy`` and fit; some seconds the first time."""
    from sklearn.linear_model import LogisticRegression

    vectors, labels = [_embedded(policy.ordinary, embed)], [_ORDINARY] * _count(policy.ordinary)
    for name, topic in policy.named.items():
        vectors.append(_embedded(topic.examples, embed))
        labels += [name] * _count(topic.examples)
    features = np.concatenate(vectors).astype(np.float64)
    if not np.isfinite(features).all():
        raise GuardError("the topics' examples have no usable vectors")
    # Two classes would be fitted as one decision; a class apart keeps the form for a policy of one topic.
    model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=500)
    model.fit(features, labels)
    return _against_ordinary(tuple(policy.named), list(model.classes_), model.coef_, model.intercept_)


def _against_ordinary(topics: Sequence[str], classes: list[str], weights: Vectors, biases: Vectors) -> Nearness:
    if len(classes) == 2:  # one row, that of the second class; the ordinary one sorts first
        return Nearness(tuple(topics), weights.T, biases)
    rows, ordinary = [classes.index(topic) for topic in topics], classes.index(_ORDINARY)
    return Nearness(tuple(topics), (weights[rows] - weights[ordinary]).T, biases[rows] - biases[ordinary])


def _embedded(examples: Examples, embed: Embed) -> Vectors:
    return np.concatenate([np.asarray(embed(texts, language)) for language, texts in examples.items()])


def _count(examples: Examples) -> int:
    return sum(len(texts) for texts in examples.values())
