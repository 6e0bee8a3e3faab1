"""The vectors of chunks: those that the ledger has, those on their way there, and for all others the model.

A model is kept busy while what it gave before is put together and written: so that comes in two steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.chunk_embedding import ChunkEncoder, ComingVectors
from ingest.chunk_vectors import ChunkVectors
from ingest.ledger.vectors import VectorShelf
from ingest.texts import ChunkText


@dataclass(frozen=True)
class EncodedTexts:
    """Texts as the model sees those of them that have no vectors.

    ``stored``: the vectors that the ledger had, by digest. ``new``: digests of what was ``encoded``, in that order.
    """

    texts: Sequence[ChunkText]
    stored: Mapping[str, ChunkVectors]
    new: Sequence[str]
    encoded: ComingVectors | None  # None where nothing is new

    def embedded(self) -> int:
        """How many texts the model was given."""
        return self.encoded.embedded() if self.encoded else 0


class TextVectors:
    """Finds or makes vectors, and keeps them. One thread may encode while another one keeps what came before."""

    def __init__(self, kept: VectorShelf, encoder: ChunkEncoder) -> None:
        self._kept = kept
        self._encoder = encoder
        self._coming: set[str] = set()  # digests of what is encoded and not kept yet

    def encode(self, texts: Sequence[ChunkText]) -> EncodedTexts:
        """Embed what has no vectors and was not encoded before. Writes nothing."""
        wordings = {text.digest: text.wording for text in texts}
        coming = self._coming.intersection(wordings)  # first: what is kept from now on is found in the ledger, too
        stored = self._kept.get(wordings.keys() - coming)
        new = [digest for digest in wordings if digest not in coming and digest not in stored]
        encoded = self._encoder.encode([wordings[digest] for digest in new]) if new else None
        self._coming.update(new)
        return EncodedTexts(texts, stored, new, encoded)

    def keep(self, encoded: EncodedTexts) -> dict[str, ChunkVectors]:
        """Write the new vectors into the ledger; those of all texts, by digest.

        What was encoded is kept in that order: some of it may rest on what came before.
        """
        vectors = encoded.encoded.vectors() if encoded.encoded else []
        made = dict(zip(encoded.new, vectors, strict=True))
        self._kept.put(made)
        self._coming.difference_update(made)
        known = {**encoded.stored, **made}
        return known | self._kept.get({text.digest for text in encoded.texts} - known.keys())
