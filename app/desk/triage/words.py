"""How often a text has which words, weighed by how rare they are: what vectors blur, like a product's name."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
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
    def words(self) -> dict[str, str]:
        """By single term the first word behind it, as a person reads it; words that say nothing are left out."""
        found: dict[str, str] = {}
        empty = every_function_word()
        for word, _ in segments(compose(self.text).lower()):
            if word in empty or len(word) == 1:
                continue
            words, names = entry_terms(word, self.language)
            for term in (*words, *names):
                found.setdefault(term, word)
        return found


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

        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for text in texts:
            counts = Counter(place for term in text.terms if (place := self.places.get(term)) is not None)
            row = [(1 + math.log(count)) * self.rarity[place] for place, count in counts.items()]
            length = math.hypot(*row) or 1.0
            values += [value / length for value in row]
            columns += counts
            ends.append(len(values))
        shape = (len(texts), len(self.terms))
        return csr_matrix((np.array(values), np.array(columns, dtype=np.int32), np.array(ends)), shape)
