"""A sentence of an answer in the space of the passages' vectors and tokens."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from ingest.chunk_vectors import ChunkVectors
from ingest.embedding.centring import CentredEmbedder
from ingest.embedding.token_codes import nearest, turned

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from guardrails.guards import Embed
    from ingest.embedding.base import Vectors


class WrittenSentence(NamedTuple):
    """A sentence as the model of the passages sees it."""

    text: str
    language: str
    vector: Vectors  # of length 1, shape (dimension,)
    tokens: Vectors  # turned as the codes of passages are, shape (tokens, dimension)
    ends: NDArray[np.int32]  # where the tokens end in the text, in characters, shape (tokens,)

    @classmethod
    def of(cls, text: str, language: str, embedder: CentredEmbedder) -> WrittenSentence:
        """One pass of the model; the gate, every passage and the citation ask for the same sentence."""
        return _written(text, language, embedder)


@lru_cache(maxsize=64)
def _written(text: str, language: str, embedder: CentredEmbedder) -> WrittenSentence:
    encoded = embedder.encode([text], [language], "passage")
    return WrittenSentence(text, language, encoded.vectors[0], turned(encoded.states[0]), encoded.ends[0])


def embed_written(embedder: CentredEmbedder) -> Embed:
    """Vectors of written sentences; whoever asks for the same sentence shares one pass of the model."""

    def embed(texts: Sequence[str], language: str, /) -> Vectors:
        import numpy as np

        return np.stack([WrittenSentence.of(text, language, embedder).vector for text in texts])

    return embed


def clause_cosines(
    clauses: Sequence[str],
    language: str,
    units: Sequence[Sequence[str]],
    vectors: ChunkVectors,
    embedder: CentredEmbedder,
) -> list[Vectors]:
    """The clauses of a sentence, token by token, against the clauses of a passage.

    :param clauses: of the written sentence, in order; together they are all of it.
    :param units: the clauses of each of the passage's units, likewise.
    :param vectors: of the passage.
    :returns: for each of ``clauses`` the cosine of each of its tokens with the nearest token of title and headings,
        and of each of the passage's clauses: shape (tokens, 1 + clauses of the passage).
    """
    import numpy as np

    sentence = WrittenSentence.of("".join(clauses), language, embedder)
    lengths = [int(vectors.lengths[0])]
    for unit, tokens in zip(units, vectors.lengths[1:], strict=True):
        lengths += _shares(tuple(unit), int(tokens), embedder)
    cosines = nearest(sentence.tokens, vectors.tokens, lengths)
    shares = _shares(tuple(clauses), len(sentence.tokens), embedder)
    return np.split(cosines, list(accumulate(shares))[:-1])


@lru_cache(maxsize=4096)
def _shares(texts: tuple[str, ...], tokens: int, embedder: CentredEmbedder) -> list[int]:
    """How many of the tokens of the whole each text has; near enough where a token spans two of them."""
    if len(texts) == 1:
        return [tokens]
    counts = embedder.count_tokens(texts)
    ends = [min(end, tokens) for end in accumulate(counts)]
    ends[-1] = tokens
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]
