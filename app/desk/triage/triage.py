"""Sorting tickets with what was learned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.desk.tickets import SortedText
from app.desk.triage.classifier import Classifier, Guess
from app.desk.triage.learning import vectors_of
from app.desk.triage.refining import Refiner
from app.desk.triage.shelf import TriageShelf
from app.errors import AppUserError
from ingest.embedding.centring import CentredEmbedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_AT_ONCE = 256


@dataclass(frozen=True)
class Triaged:
    """A ticket with a guess for every field that was learned."""

    text: SortedText
    guesses: dict[str, Guess]


class Triage:
    """Guesses the fields of tickets; safe to call from several threads.

    :param refiner: is asked where a guess is not sure.
    :raises AppUserError: nothing was learned yet, or with another embedding model.
    """

    def __init__(self, shelf: TriageShelf, embedder: CentredEmbedder, refiner: Refiner | None = None) -> None:
        self._embedder = embedder
        self._refiner = refiner
        self._classifiers: dict[str, Classifier] = {}
        for field in shelf.fields():
            classifier = shelf.load(field, embedder.fingerprint)
            if classifier:
                self._classifiers[field] = classifier
        if not self._classifiers:
            raise AppUserError("nothing learned for this embedding model: run polydesk tickets learn first")

    def sort(
        self,
        texts: Sequence[SortedText],
        progress: Callable[[int, int], None] = lambda _done, _of: None,
        vectors: NDArray[np.float64] | None = None,
    ) -> Iterator[Triaged]:
        """Each text with its guesses, in order.

        :param vectors: of the texts where they are known, as :func:`vectors_of` makes them.
        """
        for first in range(0, len(texts), _AT_ONCE):
            some = texts[first : first + _AT_ONCE]
            placed = self._embedded(some) if vectors is None else vectors[first : first + _AT_ONCE]
            wordings = [each.wording for each in some]
            guesses = {field: each.guesses(placed, wordings) for field, each in self._classifiers.items()}
            for place, text in enumerate(some):
                of_it = {field: guesses[field][place] for field in guesses}
                if self._refiner:
                    of_it = self._refined(self._refiner, text, placed[place : place + 1], of_it)
                progress(first + place + 1, len(texts))
                yield Triaged(text, of_it)

    def _refined(
        self, refiner: Refiner, text: SortedText, vector: NDArray[np.float64], guesses: dict[str, Guess]
    ) -> dict[str, Guess]:
        def refined(field: str) -> Guess:
            classifier = self._classifiers[field]
            shares = classifier.shares(vector, [text.wording])[0].tolist()
            return refiner.refined(text, field, guesses[field], list(zip(classifier.labels, shares, strict=True)))

        return {field: refined(field) for field in guesses}

    def _embedded(self, texts: Sequence[SortedText]) -> NDArray[np.float64]:
        return vectors_of(texts, self._embedder, lambda _done, _of: None)
