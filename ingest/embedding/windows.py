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

    from ingest.embedding.base import Encoded, Progress, Vectors
    from ingest.embedding.centring import CentredEmbedder

_TOKENS = 48  # of a window, about
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


def windows(units: Sequence[str], tokens: Sequence[int], size: float = _TOKENS) -> list[Window]:
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
    import numpy as np

    if not of:
        return []
    raw = embedder.embedder.encode([window_text(window) for window in of], "passage", progress)
    pooled = np.concatenate([_pooled(raw, at, window) for at, window in enumerate(of)])
    means = embedder.means
    vectors = means.texts.centred(raw.vectors, languages, "passage")
    spoken = [language for window, language in zip(of, languages, strict=True) for _ in window]
    units = means.texts.centred(pooled, spoken, "passage")
    found, first = [], 0
    for at, (window, language) in enumerate(zip(of, languages, strict=True)):
        states = means.tokens.centred(raw.states[at], [language] * len(raw.states[at]), "passage")
        borders = np.searchsorted(_owners(raw, at, window), np.arange(1, len(window)))
        rows = units[first : first + len(window)]
        found.append(WindowVectors(vectors[at], rows, np.split(states, borders)))
        first += len(window)
    return found


def _owners(raw: Encoded, at: int, window: Window) -> np.ndarray:
    """Which of the window's texts each of its tokens is of, ascending."""
    import numpy as np

    ends = np.cumsum([len(text) + 1 for text in window]) - 1
    return np.minimum(np.searchsorted(ends, raw.ends[at]), len(window) - 1)


def _pooled(raw: Encoded, at: int, window: Window) -> Vectors:
    """The mean state of each text's tokens; the window's own vector where a text has none. Shape (texts, dimension)."""
    import numpy as np

    result = np.repeat(raw.vectors[at][None], len(window), axis=0)
    if len(window) > 1:
        owners = _owners(raw, at, window)
        for row in np.unique(owners):
            mean = raw.states[at][owners == row].mean(axis=0)
            result[row] = mean / np.linalg.norm(mean)
    return result
