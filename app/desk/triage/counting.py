"""How often many texts have which words: counted once for all fields, and for all the parts that are learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.desk.triage.words import Vocabulary, Wording

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

_MOST = 30_000  # terms of a vocabulary, the most frequent ones


@dataclass(frozen=True)
class TermCounts:
    """``counts``: float64, shape ``(texts, terms)``."""

    terms: tuple[str, ...]
    counts: csr_matrix

    @classmethod
    def of(cls, texts: Sequence[Wording]) -> TermCounts:
        """Those of ``texts``, in order."""
        import numpy as np
        from scipy.sparse import csr_matrix

        places: dict[str, int] = {}
        columns: list[int] = []
        values: list[int] = []
        ends = [0]
        for text in texts:
            columns += (places.setdefault(term, len(places)) for term in text.counts)
            values += text.counts.values()
            ends.append(len(values))
        data = np.array(values, dtype=np.float64), np.array(columns, dtype=np.int32), np.array(ends, dtype=np.int32)
        return cls(tuple(places), csr_matrix(data, (len(texts), len(places))))

    def some(self, places: Sequence[int] | NDArray[np.intp]) -> TermCounts:
        """Of the texts at ``places``."""
        return TermCounts(self.terms, self.counts[places])

    def weighing(self) -> Weighing:
        """What tells these texts apart: their most frequent terms, and how rare each of them is."""
        import numpy as np

        texts, terms = self.counts.shape
        held = np.bincount(self.counts.indices, minlength=terms)
        known = np.flatnonzero(held)
        kept = np.sort(known[np.argsort(-held[known], kind="stable")[:_MOST]])
        return Weighing(kept, np.log((1 + texts) / (1 + held[kept])) + 1)

    def weighed(self, weighing: Weighing) -> csr_matrix:
        """What :meth:`app.desk.triage.words.Vocabulary.counted` makes of these texts."""
        import numpy as np

        found = self.counts[:, weighing.kept]
        found.data = (1 + np.log(found.data)) * weighing.rarity[found.indices]
        lengths = np.sqrt(found.multiply(found).sum(axis=1)).A1
        found.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(found.indptr))
        return found

    def vocabulary(self, weighing: Weighing) -> Vocabulary:
        """For texts that are not among these."""
        return Vocabulary(tuple(self.terms[place] for place in weighing.kept), tuple(weighing.rarity.tolist()))


@dataclass(frozen=True)
class Weighing:
    """``kept``: places of terms, ascending; ``rarity``: of each of them (inverse document frequency)."""

    kept: NDArray[np.intp]
    rarity: NDArray[np.float64]
