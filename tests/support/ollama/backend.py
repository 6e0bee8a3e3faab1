"""What stands behind the server and writes the text: the contract of a backend."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from tests.support.ollama.catalogue import ModelSpec
from tests.support.ollama.errors import OllamaError
from tests.support.ollama.messages import Message
from tests.support.ollama.options import Options

Format = Literal["json"] | dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One call of ``/api/chat`` or ``/api/generate``.

    ``messages`` are all that were sent; a backend drops the oldest itself,
    because only it can count their tokens. ``raw_prompt`` replaces them when
    the client asked for no template.
    """

    model: ModelSpec
    options: Options
    messages: tuple[Message, ...] = ()
    raw_prompt: str | None = None
    format: Format = None
    shift: bool = True  # when the context is full: forget the older half (true) or stop (false)
    body: dict[str, Any] = field(default_factory=dict)  # as it was sent
    cancelled: threading.Event = field(default_factory=threading.Event)

    @property
    def system_text(self) -> str:
        """The system messages, one a line."""
        return "\n".join(message.content for message in self.messages if message.role == "system")

    @property
    def user_text(self) -> str:
        """The last user message, or the raw prompt."""
        users = [message.content for message in self.messages if message.role == "user"]
        return users[-1] if users else self.raw_prompt or ""


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of text; never half a character."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a generation: token counts and durations in nanoseconds."""

    reason: Literal["stop", "length"]
    prompt_eval_count: int
    eval_count: int
    prompt_eval_duration: int
    eval_duration: int


@dataclass(frozen=True, slots=True)
class Embedding:
    """A vector as long as the model is wide, and the tokens that were read."""

    vector: list[float]
    tokens: int


class Backend(Protocol):
    """Writes text and vectors for the server."""

    def generate(self, request: GenerationRequest) -> Generator[Delta | Finished, None, None]:
        """The pieces of the reply, then ``Finished``.

        Returns early, without ``Finished``, once ``request.cancelled`` is set. The server closes the
        generator when the client leaves.

        :raises OllamaError: the request fails; before the first piece it becomes the HTTP status.
        :raises ConnectionDroppedError: the server is to close the connection.
        """
        ...

    def embed(self, text: str, model: ModelSpec, num_ctx: int, truncate: bool) -> Embedding:
        """The vector of ``text``, not normalised.

        :raises OllamaError: 400, ``text`` has more than ``num_ctx`` tokens and may not be cut.
        """
        ...

    def close(self) -> None:
        """Free what the backend holds."""
        ...


def too_long_to_embed() -> OllamaError:
    """The 400 of ``/api/embed`` with ``truncate: false``."""
    return OllamaError(400, "the input length exceeds the context length")
