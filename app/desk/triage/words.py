"""How often a text has which words, weighed by how rare they are: what vectors blur, like a product's name."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.languages.function_words import every_function_word
from ingest.lexical.folding import compose
from ingest.lexical.segmenting import segments
from ingest.lexical.terms import entry_terms

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Wording:
    """The terms of a text, found once for all fields that it is sorted by."""

    text: str
    language: str

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Single terms and pairs of neighbours."""
        words, names = entry_terms(self.text, self.language)
        return (*words, *names, *(f"{first} {second}" for first, second in pairwise(words)))

    @cached_property
    def counts(self) -> Counter[str]:
        """How often it has each term."""
        return Counter(self.terms)

    @cached_property
    def words(self) -> dict[str, str]:
        """By single term the first word behind it, as a person reads it; words that say nothing are left out."""
        found: dict[str, str] = {}
        empty = every_function_word()
        for word, _ in segments(compose(self.text).lower()):
            if word in empty or len(word) == 1:
                continue
            for term in _terms_of_word(word, self.language):
                found.setdefault(term, word)
        return found


@lru_cache(maxsize=16_384)  # most words of a ticket were in another one, and to stem each alone takes its time
def _terms_of_word(word: str, language: str) -> tuple[str, ...]:
    words, names = entry_terms(word, language)
    return (*words, *names)


@dataclass(frozen=True)
class Vocabulary:
    """Terms with their rarity (inverse document frequency)."""

    terms: tuple[str, ...]
    rarity: tuple[float, ...]

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each term."""
        return {term: place for place, term in enumerate(self.terms)}

    def counted(self, texts: Sequence[Wording]) -> csr_matrix:
        """TF-IDF with the logarithm of the counts, float64, rows of length 1, shape ``(texts, terms)``."""
        import numpy as np
        from scipy.sparse import csr_matrix

        places = self.places
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for text in texts:
            known = {place: count for term, count in text.counts.items() if (place := places.get(term)) is not None}
            row = [(1 + math.log(count)) * self.rarity[place] for place, count in known.items()]
            length = math.hypot(*row) or 1.0
            values += [value / length for value in row]
            columns += known
            ends.append(len(values))
        shape = (len(texts), len(self.terms))
        return csr_matrix((np.array(values), np.array(columns, dtype=np.int32), np.array(ends)), shape)
