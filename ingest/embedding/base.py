"""What an embedding model is to the rest of polydesk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

TextKind = Literal["query", "passage"]
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Encoded:
    """Texts as a model sees them.

    ``vectors``: float32, shape ``(texts, dimension)``, rows of length 1. ``states``: for each text the last hidden
    states of its own tokens, without prompt and special tokens, float32, shape ``(tokens, dimension)``. ``ends``: for
    each text where these tokens end in it, in characters, ascending, shape ``(tokens,)``.
    """

    vectors: Vectors
    states: list[Vectors]
    ends: list[NDArray[np.int32]]


class Embedder(Protocol):
    """Turns texts into vectors. Implementations are safe to call from several threads."""

    @property
    def name(self) -> str:
        """The model as the user named it."""

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that change whenever the vectors could."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Encoded:
        """Vectors and token states of ``texts``, in one pass.

        :param progress: called with the number of texts done since the last call.
        """

    def embed(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Vectors:
        """The vectors of :meth:`encode` alone."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text in this model's own vocabulary, without prefix and special tokens."""


def token_ends(offsets: Sequence[tuple[int, int]], prompt: int) -> NDArray[np.int32]:
    """``ends`` of :class:`Encoded`.

    :param offsets: where the tokens of prompt and text start and end.
    :param prompt: length of the prompt, in characters.
    """
    import numpy as np

    ends = np.array([end for _, end in offsets], dtype=np.int32) - prompt
    return np.maximum.accumulate(ends)  # a token of no characters may be said to be at the start


def batches_by_length(lengths: Sequence[int], batch_tokens: int, most: int = 64) -> list[list[int]]:
    """Group texts of similar length, so that padding is small and memory bounded.

    :returns: indices into ``lengths``; each group holds at most ``most`` texts and
        about ``batch_tokens`` padded tokens.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True)
    groups: list[list[int]] = []
    group: list[int] = []
    for index in order:
        if group and (len(group) == most or (len(group) + 1) * lengths[group[0]] > batch_tokens):
            groups.append(group)
            group = []
        group.append(index)
    if group:
        groups.append(group)
    return groups
