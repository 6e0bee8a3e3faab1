"""One field of a ticket, told from its vector and its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.desk.triage.scope import Centres, Usual
from app.desk.triage.words import Vocabulary, Wording

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Array = NDArray[np.float64]

WORDS_SHARE = 0.2  # of the words' say beside 1 of the vectors'; from .1 to .3 it is the same (eval/NOTES.md)
_TOLD_WORDS = 3


@dataclass(frozen=True)
class Linear:
    """Scores of labels: ``weights`` shape ``(labels, features)``, ``bias`` shape ``(labels,)``."""

    weights: Array
    bias: Array

    def scores(self, features: Array | csr_matrix) -> Array:
        """Of every label, shape ``(texts, labels)``."""
        found: Array = features @ self.weights.T + self.bias
        return found


@dataclass(frozen=True)
class Guess:
    """What a text is taken for.

    :param probability: calibrated on texts that were not learned from, 0 to 1.
    :param in_scope: whether it is about anything that was learned; if not, a person had better look.
    :param words: of the text, those that speak for it most.
    :param by: the language model that chose the label; empty where what was learned did.
    """

    label: str
    probability: float
    in_scope: bool
    words: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True)
class Classifier:
    """Labels with what tells them.

    :param temperature: by which scores are divided, so that of guesses with a probability of .8 four in five are right.
    """

    labels: tuple[str, ...]
    vectors: Linear
    words: Linear
    vocabulary: Vocabulary
    temperature: float
    centres: Centres
    usual: Usual

    def guesses(self, vectors: Array, texts: Sequence[Wording]) -> list[Guess]:
        """A guess for each text.

        :param vectors: centred, shape ``(texts, dimension)``.
        """
        shares = self.shares(vectors, texts)
        fits = self.usual.scores(self.signs(vectors)) >= self.usual.least
        best = shares.argmax(axis=1)
        return [
            Guess(self.labels[label], float(row[label]), bool(fit), self._speaking(int(label), text))
            for label, row, fit, text in zip(best, shares, fits, texts, strict=True)
        ]

    def shares(self, vectors: Array, texts: Sequence[Wording]) -> Array:
        """The probability of every label, shape ``(texts, labels)``."""
        of_words = self.words.scores(self.vocabulary.counted(texts))
        return mixed(self.vectors.scores(vectors), of_words, self.temperature)

    def signs(self, vectors: Array) -> Array:
        """The two signs of belonging, shape ``(texts, 2)``."""
        return signs_of(self.vectors.scores(vectors), self.centres, vectors)

    def _speaking(self, label: int, text: Wording) -> tuple[str, ...]:
        places = self.vocabulary.places
        terms = [term for term in text.words if term in places]
        columns = self.words.weights[:, [places[term] for term in terms]]  # of these alone: there may be 30,000
        lead = (columns[label] - columns.mean(axis=0)).tolist()
        strength = {term: ahead * self.vocabulary.rarity[places[term]] for term, ahead in zip(terms, lead, strict=True)}
        best = sorted((term for term in terms if strength[term] > 0), key=lambda term: -strength[term])
        return tuple(text.words[term] for term in best[:_TOLD_WORDS])


def mixed(of_vectors: Array, of_words: Array, temperature: float) -> Array:
    """Both scores as one probability of each label."""
    from scipy.special import softmax

    said: Array = softmax(of_vectors / temperature, axis=1) + WORDS_SHARE * softmax(of_words / temperature, axis=1)
    return said / (1 + WORDS_SHARE)


def signs_of(scores: Array, centres: Centres, vectors: Array) -> Array:
    """The highest score and the nearness, shape ``(texts, 2)``."""
    import numpy as np

    return np.stack([scores.max(axis=1), centres.nearness(vectors)], axis=1)
