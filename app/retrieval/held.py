"""How candidates hold a question's tokens: all at once, since numpy takes as long over one row as over a hundred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.embedding.token_codes import cosines, nearest_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.chunk_vectors import ChunkVectors
    from ingest.embedding.base import Vectors

UNTITLED = 0.25  # as much as titles have on average of passages that are near: it speaks neither for nor against one
_LEAST = 2  # tokens that a unit holds least


@dataclass(frozen=True, eq=False, slots=True)
class Held:
    """Cosines, about -1 to 1.

    ``tokens`` and ``around`` say of each unit, one candidate's after the other's, how near it comes to the question's
    tokens on average: by itself, and read below its title and between its neighbours, since a sentence that answers
    leaves out what the one before it named. Of each candidate, ``whole`` is the same of all its parts together,
    ``least`` how near the unit that leaves least of the question out comes to the two tokens that it is furthest from,
    and ``context`` how near the tokens of title and headings come to some token of the question.
    """

    tokens: Vectors  # shape (units,)
    around: Vectors  # shape (units,)
    whole: Vectors  # shape (candidates,)
    least: Vectors  # shape (candidates,)
    context: Vectors  # shape (candidates,)


def held(question: Vectors, candidates: Sequence[ChunkVectors]) -> Held:
    """How these hold the question's tokens; zeros where it has none.

    :param question: turned states, shape ``(question tokens, dimension)``.
    :param candidates: at least one, each of at least one unit.
    """
    import numpy as np

    counts = np.array([len(each.lengths) for each in candidates])  # its units, and its context before them
    if not len(question):
        units, none = np.zeros(counts.sum() - len(counts), np.float32), np.zeros(len(counts), np.float32)
        return Held(units, units, none, none, none)
    lengths = np.concatenate([each.lengths for each in candidates])
    found = cosines(question, np.concatenate([each.tokens for each in candidates]))
    parts = nearest_of(found, lengths)
    titles = np.cumsum(counts) - counts
    is_unit = np.ones(len(lengths), dtype=bool)
    is_unit[titles] = False
    below = np.maximum(parts, np.repeat(parts[:, titles], counts, axis=1))
    first_units = titles - np.arange(len(titles))  # among the units alone
    lowest = np.partition(below, min(_LEAST, len(below)) - 1, axis=0)[:_LEAST].mean(axis=0)[is_unit]
    return Held(
        tokens=parts[:, is_unit].mean(axis=0),
        around=_between_neighbours(parts, below, is_unit)[:, is_unit].mean(axis=0),
        whole=np.maximum.reduceat(parts, titles, axis=1).mean(axis=0),
        least=np.maximum.reduceat(lowest, first_units),
        context=_asked_for(found, lengths.astype(np.int64), titles),
    )


def _between_neighbours(parts: Vectors, below: Vectors, is_unit: NDArray[np.bool_]) -> Vectors:
    import numpy as np

    pairs = np.flatnonzero(is_unit[1:] & is_unit[:-1])  # units with another one right behind them
    around = below.copy()
    around[:, pairs + 1] = np.maximum(around[:, pairs + 1], parts[:, pairs])
    around[:, pairs] = np.maximum(around[:, pairs], parts[:, pairs + 1])
    result: Vectors = around
    return result


def _asked_for(found: Vectors, lengths: NDArray[np.int64], titles: NDArray[np.int64]) -> Vectors:
    """How far the question asks for what titles and headings are about, shape (candidates,).

    :param found: cosines of all tokens with the question's, shape ``(tokens, question tokens)``.
    :param lengths: tokens of each part.
    """
    import numpy as np

    result = np.full(len(titles), UNTITLED, dtype=np.float32)
    starts, sizes = (np.cumsum(lengths) - lengths)[titles], lengths[titles]
    titled = np.flatnonzero(sizes)
    if len(titled):
        rows = np.concatenate([np.arange(starts[at], starts[at] + sizes[at]) for at in titled])
        firsts = np.cumsum(sizes[titled]) - sizes[titled]
        result[titled] = np.add.reduceat(found[rows].max(axis=1), firsts) / sizes[titled]
    return result
