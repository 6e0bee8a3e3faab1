"""A retrieved passage: a live chunk, its scores and its vectors."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from app.errors import AppError
from app.retrieval.scoring import Score, UnitScore
from app.retrieval.written import WrittenSentence, clause_cosines
from ingest.chunk_vectors import ChunkVectors, without_units
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

    @property
    def model(self) -> CentredEmbedder:
        """The model of its vectors, whichever is in use by now.

        :raises AppError: the passage does not say.
        """
        if self.embedder is None:
            raise AppError("the passage does not say which model its vectors are of")
        return self.embedder

    @cached_property
    def unit_vectors(self) -> NDArray[np.float32]:
        """The units, each embedded by itself: rows centred and of length 1, shape (units, dimension).

        What the chunk's own vectors know of a unit's neighbours would be held against a written sentence, which
        stands alone. Embedded when first asked for: of the passages found few are ever cited.

        :raises AppError: as :attr:`model`.
        """
        return self.model.embed(self.units, [self.language] * len(self.units), "passage")

    @property
    def stored_vectors(self) -> NDArray[np.float32] | None:
        """The units as they were embedded among their neighbours, shape (units, dimension); None where not at hand."""
        return self.vectors.units if self.vectors else None

    def clause_cosines(
        self, clauses: Sequence[str], language: str, units: Sequence[Sequence[str]]
    ) -> list[NDArray[np.float32]] | None:
        """As :class:`guardrails.support.TokenAligned` has it; None where the passage came without its vectors.

        :raises AppError: as :attr:`model`.
        """
        if self.vectors is None:
            return None
        return clause_cosines(clauses, language, units, self.vectors, self.model)

    def token_ends(self, sentence: str, language: str) -> NDArray[np.int32]:
        """As :class:`guardrails.support.TokenAligned` has it.

        :raises AppError: as :attr:`model`.
        """
        return WrittenSentence.of(sentence, language, self.model).ends

    @property
    def is_history(self) -> bool:
        """Whether it is an earlier ticket of the customer in question: what was said then, not what holds."""
        return self.chunk.version.kind == "ticket" and self.chunk.version.customer_id is not None

    @property
    def best_unit(self) -> int:
        """Index of the unit nearest to the question."""
        return max(range(len(self.unit_scores)), key=lambda at: self.unit_scores[at].total)

    def without(self, units: Collection[int]) -> Passage | None:
        """The passage with blanks in the place of some units; None where no unit is left."""
        kept = [at for at in range(len(self.chunk.units)) if at not in units]
        if not kept:
            return None
        text = self.chunk.text
        for at in units:
            start, end = (place - self.chunk.start for place in (self.chunk.units[at].start, self.chunk.units[at].end))
            text = text[:start] + " " * (end - start) + text[end:]  # every other place stays where it is
        return replace(
            self,
            chunk=replace(self.chunk, text=text, units=tuple(self.chunk.units[at] for at in kept)),
            unit_scores=tuple(self.unit_scores[at] for at in kept),
            vectors=without_units(self.vectors, units) if self.vectors else None,
        )

    def numbered(self, number: int) -> Passage:
        """The same passage under a number."""
        return replace(self, number=number)
