"""What all models share that are read through LangChain: streaming, bounds, and honesty about what went wrong."""

from __future__ import annotations

import copy
import threading
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import httpx
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from app.answers import Usage
from app.errors import ModelError
from app.models.catalogue import load_catalogue
from app.models.faults import Described, fault_of, is_busy
from app.models.model import ModelOptions
from app.models.outgoing import unproxied
from app.models.streaming import read_stream
from app.models.tokens import least_tokens

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk, BaseMessage
    from langchain_core.messages.ai import UsageMetadata

CONNECT_S = 3.0
_ATTEMPTS = 4  # while the server is busy: after some 0.5, 1 and 2 seconds
_CUT = ("length", "model_length")

Chunks = AsyncIterator["AIMessageChunk"]


class StreamedModel(ABC):
    """One model at one provider; see :class:`app.models.model.ChatModel`."""

    provider: ClassVar[str]

    def __init__(self, tag: str, options: ModelOptions) -> None:
        self.tag = tag
        self.options = options
        self.name = f"{self.provider}:{tag}"
        self.usage = Usage()
        self.cut = True  # until the model says that it has finished

    @property
    def family(self) -> str:
        """The family whose prompt variant fits, as the catalogue has it."""
        return load_catalogue().family_of(self.tag)

    def stream(self, messages: Sequence[BaseMessage], stop: threading.Event) -> Iterator[str]:
        """The model's words as they come; ends at once when ``stop`` is set, also while the model says nothing.

        Afterwards :attr:`usage` tells the tokens, and :attr:`cut` whether the last sentence may be unfinished.

        :raises ModelError: the server, the model or the prompt's length is the reason there is no answer.
        """
        self.usage, self.cut = Usage(), True
        ended = said_something = False
        try:
            for chunk in read_stream(lambda: self._chunks(messages), stop, self.options.total_s):
                if chunk.usage_metadata:
                    self._account(chunk.usage_metadata, messages)
                reason = _end(chunk.response_metadata)
                if reason is not None:
                    ended, self.cut = True, reason in _CUT
                if words := str(chunk.text):
                    said_something = True
                    yield words
        except TimeoutError as error:
            raise ModelError("timeout", f"{self.name} was still writing after {self.options.total_s:g} s") from error
        except Exception as error:
            raise fault_of(error, said_something, self._described()) from error
        if not ended and not stop.is_set():
            raise fault_of(EOFError("the answer has no end"), said_something, self._described())

    def limited(self, num_predict: int, total_s: float | None = None, silence_s: float | None = None) -> StreamedModel:
        """The same model for a request of its own, with other bounds."""
        bounds = {"total_s": total_s, "silence_s": silence_s}
        other = copy.copy(self)
        given = {name: seconds for name, seconds in bounds.items() if seconds is not None}
        other.options = replace(self.options, num_predict=num_predict, **given)  # type: ignore[arg-type]  # by name
        other.usage, other.cut = Usage(), True
        return other

    @abstractmethod
    def _chunks(self, messages: Sequence[BaseMessage]) -> Chunks:
        """The parts of the answer; asked again while the server is busy and nothing has come."""

    @abstractmethod
    def _described(self) -> Described:
        """The model and its server in the words of an error."""

    def _account(self, counted: UsageMetadata, messages: Sequence[BaseMessage]) -> None:
        """Keep the usage, and compare what the server says it read with what was sent."""
        read = counted["input_tokens"]
        self.usage = Usage(prompt_tokens=read, completion_tokens=counted["output_tokens"])
        sent = sum(least_tokens(str(message.text)) for message in messages)  # a picture's tokens are the model's own
        if read and (read < sent or read >= self.options.num_ctx):
            raise ModelError(
                "truncated-prompt",
                f"{self.name} read {read} tokens of a prompt of at least {sent} "
                f"(context {self.options.num_ctx}); raise POLYDESK_NUM_CTX",
            )

    def _client_arguments(self) -> dict[str, Any]:
        """How the HTTP client is made."""
        return {
            "timeout": httpx.Timeout(self.options.silence_s, connect=CONNECT_S),
            **unproxied(),
        }


async def while_busy(open_stream: Callable[[], Chunks]) -> Chunks:
    """A stream, opened again while the server is busy."""
    async for attempt in busy_retrying():
        with attempt:
            chunks = open_stream()
            first = await anext(chunks, None)
    if first is not None:
        yield first
        async for chunk in chunks:
            yield chunk


def busy_retrying() -> AsyncRetrying:
    """Attempts with growing pauses, while the server is busy."""
    return AsyncRetrying(
        retry=retry_if_exception(is_busy),
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_exponential_jitter(initial=0.5, max=4.0),
        reraise=True,
    )


def _end(metadata: dict[str, Any]) -> str | None:
    """Why the answer ended; None while it goes on."""
    if metadata.get("done"):
        return str(metadata.get("done_reason") or "stop")
    reason = metadata.get("finish_reason")
    return str(reason) if reason else None
