"""Neighbouring sentences embedded together, and each sentence's vector from that pass.

A sentence embedded alone does not know what it is about; embedded with its whole chunk it is so full of its neighbours
that, across languages, chunks are told apart less well. A few sentences at once are best for both, and every word is
embedded once (eval/NOTES.md has the figures). Taking the vectors of parts from one pass is known as late chunking
(Günther et al. 2024).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.embedding.base import Encoded, Progress, Vectors
    from ingest.embedding.centring import CentredEmbedder, Means

WINDOW_TOKENS = 48  # about
Window = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class WindowVectors:
    """Centred vectors of a window, of length 1.

    ``vector``: shape ``(dimension,)``. ``units``: of each of its texts, shape ``(texts, dimension)``. ``states``: of
    the tokens of each text, shape ``(tokens, dimension)``.
    """

    vector: Vectors
    units: Vectors
    states: list[Vectors]


def windows(units: Sequence[str], tokens: Sequence[int], size: float = WINDOW_TOKENS) -> list[Window]:
    """``units`` in order, cut into windows of nearly the same number of tokens.

    :param tokens: how many each unit has.
    :param size: tokens of a window, about.
    """
    share = sum(tokens) / max(1, round(sum(tokens) / size))
    found: list[list[str]] = []
    done = 0
    for unit, count in zip(units, tokens, strict=True):
        if not found or done + count / 2 > share * len(found):
            found.append([])
        found[-1].append(unit)
        done += count
    return [tuple(window) for window in found]


def window_text(window: Window) -> str:
    """What is embedded of a window."""
    return "\n".join(window)


def encode_windows(
    embedder: CentredEmbedder, of: Sequence[Window], languages: Sequence[str], progress: Progress | None = None
) -> list[WindowVectors]:
    """Embed windows, each of which is in one language."""
    raw = embedder.embedder.encode([window_text(window) for window in of], "passage", progress)
    return window_vectors(embedder.means, of, languages, raw)


def window_vectors(means: Means, of: Sequence[Window], languages: Sequence[str], raw: Encoded) -> list[WindowVectors]:
    """What a model made of windows, ``raw``, with the ``means`` of their languages taken away."""
    import numpy as np

    if not of:
        return []
    split = [
        np.split(rows, _borders(window, ends)) for window, rows, ends in zip(of, raw.states, raw.ends, strict=True)
    ]
    pooled = np.concatenate([_pooled(*each) for each in zip(raw.vectors, split, strict=True)])
    spoken = [language for window, language in zip(of, languages, strict=True) for _ in window]
    vectors = means.texts.centred(raw.vectors, languages, "passage")
    units = means.texts.centred(pooled, spoken, "passage")
    of_units = np.split(units, np.cumsum([len(window) for window in of])[:-1])
    centred = means.tokens.centred_alike
    return [
        WindowVectors(vector, rows, [centred(states, language, "passage") for states in parts])
        for vector, rows, parts, language in zip(vectors, of_units, split, languages, strict=True)
    ]


def _borders(window: Window, ends: NDArray[np.int32]) -> NDArray[np.intp]:
    """Between which of a window's tokens one of its texts ends; ``ends`` are those of the tokens."""
    import numpy as np

    texts = np.cumsum([len(text) + 1 for text in window[:-1]]) - 1
    return np.searchsorted(ends, texts, side="right")


def _pooled(vector: Vectors, split: Sequence[Vectors]) -> Vectors:
    """The mean state of each text's tokens, shape (texts, dimension); the window's own where it has no other text."""
    import numpy as np

    result = np.repeat(vector[None], len(split), axis=0)
    if len(split) > 1:
        for row, states in enumerate(split):
            if len(states):
                mean = states.mean(axis=0)
                result[row] = mean / np.linalg.norm(mean)
    return result
