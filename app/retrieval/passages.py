"""A retrieved passage: a live chunk, its scores and its vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from app.errors import AppError
from app.retrieval.scoring import Score, UnitScore
from ingest.chunk_vectors import ChunkVectors
from ingest.embedding.centring import CentredEmbedder
from ingest.ledger.reading import StoredChunk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Passage:
    """One hit."""

    chunk: StoredChunk
    score: Score
    unit_scores: tuple[UnitScore, ...]  # one for each of the chunk's units
    embedder: CentredEmbedder | None = None  # of its vectors; None where no sentence is ever held against it
    number: int = 0  # as the prompt and the answer number it; 0 before that
    vectors: ChunkVectors | None = None  # None where passages are not held against each other
    similar: tuple[Passage, ...] = ()  # left out of the list because they say nothing that this one does not

    @property
    def text(self) -> str:
        """All that the passage says, with where it stands: titles and table headers carry facts too."""
        lines = [self.chunk.version.title, *self.chunk.heading]
        if self.chunk.header and self.chunk.header not in self.chunk.text:
            lines.append(self.chunk.header)
        return "\n".join([*lines, self.chunk.text])

    @property
    def title(self) -> str:
        return self.chunk.version.title

    @property
    def heading(self) -> tuple[str, ...]:
        return self.chunk.heading

    @property
    def date(self) -> str | None:
        since = self.chunk.version.effective_from
        return since.isoformat() if since else None

    @property
    def language(self) -> str:
        return self.chunk.language

    @property
    def units(self) -> Sequence[str]:
        return [unit.text for unit in self.chunk.units]

    @cached_property
    def unit_vectors(self) -> NDArray[np.float32]:
        """The units, each embedded by itself: rows centred and of length 1, shape (units, dimension).

        What the chunk's own vectors know of a unit's neighbours would be held against a written sentence, which
        stands alone. Embedded when first asked for: of the passages found few are ever cited.

        :raises AppError: the passage does not say which model its vectors are of.
        """
        if self.embedder is None:
            raise AppError("the passage does not say which model its vectors are of")
        return self.embedder.embed(self.units, [self.language] * len(self.units), "passage")

    @property
    def is_history(self) -> bool:
        """Whether it is an earlier ticket of the customer in question: what was said then, not what holds."""
        return self.chunk.version.kind == "ticket" and self.chunk.version.customer_id is not None

    @property
    def best_unit(self) -> int:
        """Index of the unit nearest to the question."""
        return max(range(len(self.unit_scores)), key=lambda at: self.unit_scores[at].total)

    def numbered(self, number: int) -> Passage:
        """The same passage under a number."""
        return replace(self, number=number)
