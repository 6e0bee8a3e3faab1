"""A language model as the rest of the house sees it, wherever it runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.answers import Usage

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage


@dataclass(frozen=True)
class ModelOptions:
    """The bounds of every request; times in seconds, lengths in tokens."""

    num_ctx: int = 8192
    num_predict: int = 512
    silence_s: float = 120.0
    total_s: float = 300.0


class ChatModel(Protocol):
    """Writes an answer to some messages; one at a time."""

    @property
    def tag(self) -> str:
        """Its name on the server."""
        ...

    @property
    def name(self) -> str:
        """``provider:tag``, which stands under the answers."""
        ...

    @property
    def family(self) -> str:
        """The family whose variant of each prompt fits."""
        ...

    @property
    def options(self) -> ModelOptions:
        """The bounds of a request."""
        ...

    @property
    def usage(self) -> Usage:
        """Tokens of the last answer."""
        ...

    @property
    def cut(self) -> bool:
        """Whether the last sentence of the last answer may be unfinished."""
        ...

    def stream(self, messages: Sequence[BaseMessage], stop: threading.Event) -> Iterator[str]:
        """The model's words as they come; ends at once when ``stop`` is set.

        :raises app.errors.ModelError: the server, the model or the prompt's length is the reason there is no answer.
        """
        ...

    def limited(self, num_predict: int, total_s: float | None = None, silence_s: float | None = None) -> ChatModel:
        """The same model for a request of its own, with other bounds; times stay as they are when not given."""
        ...
