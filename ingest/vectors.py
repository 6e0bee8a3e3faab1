"""Embed the texts of new versions and write them to the store; a text that has a vector is not embedded again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.embedding.centring import CentredEmbedder
from ingest.store.vectors import Record
from ingest.texts import EmbeddedText

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.store.vectors import VectorCollection

    Known = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Embedded:
    """How many texts had to be embedded, and how many of them were whole chunks."""

    texts: int = 0
    chunks: int = 0


class VectorWriter:
    """Writes the records of versions into one collection.

    :param known: vectors that are there already, by digest of their text.
    """

    def __init__(
        self,
        collection: VectorCollection,
        embedder: CentredEmbedder,
        known: Callable[[Sequence[EmbeddedText]], Known],
    ) -> None:
        self._collection = collection
        self._embedder = embedder
        self._known = known

    def write(self, texts: Sequence[EmbeddedText]) -> Embedded:
        """Write a record for each of ``texts``, which have distinct record ids."""
        digests = {text.record_id: text.digest for text in texts}
        vectors = dict(self._known(texts))
        missing = {digests[text.record_id]: text for text in texts if digests[text.record_id] not in vectors}
        made = self._embedder.embed(
            [text.text for text in missing.values()], [text.language for text in missing.values()], "passage"
        )
        vectors.update(zip(missing, made, strict=True))
        self._collection.add(
            [
                Record(
                    text.record_id,
                    vectors[digests[text.record_id]],
                    text.text,
                    {"version": text.version_key, "language": text.language, "part": text.part},
                )
                for text in texts
            ]
        )
        return Embedded(len(missing), sum(text.part == "chunk" for text in missing.values()))
