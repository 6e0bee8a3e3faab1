"""A Mistral or Llama model on an Ollama server: streaming, bounded, and honest about what went wrong."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from app.answers import Usage
from app.errors import ModelError
from app.models.streaming import read_stream
from app.models.tokens import least_tokens

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk, BaseMessage
    from langchain_core.messages.ai import UsageMetadata
    from langchain_ollama import ChatOllama

_CONNECT_S = 3.0
_ATTEMPTS = 4  # on 503, "server busy": after some 0.5, 1 and 2 seconds


@dataclass(frozen=True)
class OllamaOptions:
    """What is sent with every request; times in seconds, lengths in tokens."""

    url: str = "http://127.0.0.1:11434"
    num_ctx: int = 8192
    num_predict: int = 512
    keep_alive: str = "10m"
    silence_s: float = 120.0
    total_s: float = 300.0


class OllamaModel:
    """One model on one server."""

    def __init__(self, tag: str, options: OllamaOptions) -> None:
        self.tag = tag
        self.options = options
        self.name = f"ollama:{tag}"
        self.usage = Usage()
        self.cut = True  # until the model says that it has finished

    @property
    def family(self) -> str:
        """The family whose prompt variant fits: ``mistral`` or ``llama``."""
        return "mistral" if any(name in self.tag.lower() for name in ("stral", "mixtral")) else "llama"

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
                if chunk.response_metadata.get("done"):
                    ended, self.cut = True, chunk.response_metadata.get("done_reason") == "length"
                if chunk.content:
                    said_something = True
                    yield str(chunk.content)
        except TimeoutError as error:
            raise ModelError("timeout", f"{self.name} was still writing after {self.options.total_s:g} s") from error
        except (httpx.HTTPError, OSError) as error:
            raise self._connection_error(error, said_something) from error
        except Exception as error:
            raise self._server_error(error, said_something) from error
        if not ended and not stop.is_set():
            raise self._server_error(EOFError("the answer has no end"), said_something)

    async def _chunks(self, messages: Sequence[BaseMessage]) -> AsyncIterator[AIMessageChunk]:
        """The parts of the answer; asked again while the server is busy and nothing has come."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(lambda error: getattr(error, "status_code", None) == 503),
            stop=stop_after_attempt(_ATTEMPTS),
            wait=wait_exponential_jitter(initial=0.5, max=4.0),
            reraise=True,
        ):
            with attempt:
                chunks = self._chat_model().astream(list(messages))
                first = await anext(chunks, None)
        if first is not None:
            yield first
            async for chunk in chunks:
                yield chunk

    def _chat_model(self) -> ChatOllama:
        from langchain_ollama import ChatOllama

        options = self.options
        return ChatOllama(
            model=self.tag,
            base_url=options.url,
            temperature=0.0,
            num_ctx=options.num_ctx,
            num_predict=options.num_predict,
            keep_alive=options.keep_alive,
            client_kwargs={
                "timeout": httpx.Timeout(options.silence_s, connect=_CONNECT_S),
                "trust_env": False,  # a proxy from the environment must not see the company's questions
                "headers": {"Connection": "close"},  # one answer a client: nothing must be left open behind it
            },
        )

    def _account(self, counted: UsageMetadata, messages: Sequence[BaseMessage]) -> None:
        """Keep the usage, and compare what the server says it read with what was sent."""
        read = counted["input_tokens"]
        self.usage = Usage(prompt_tokens=read, completion_tokens=counted["output_tokens"])
        sent = sum(least_tokens(str(message.content)) for message in messages)
        if read and (read < sent or read >= self.options.num_ctx):
            raise ModelError(
                "truncated-prompt",
                f"{self.name} read {read} tokens of a prompt of at least {sent} "
                f"(context {self.options.num_ctx}); raise POLYDESK_NUM_CTX",
            )

    def _connection_error(self, error: Exception, said_something: bool) -> ModelError:
        if isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout):
            return ModelError("timeout", f"{self.name} was silent for {self.options.silence_s:g} s")
        if said_something:
            return ModelError("went-away", f"{self.name} went away in the middle of the answer")
        return ModelError("no-server", f"no Ollama server answers at {self.options.url}: start it with `ollama serve`")

    def _server_error(self, error: Exception, said_something: bool) -> ModelError:
        if isinstance(error, ModelError):
            return error
        status = getattr(error, "status_code", None)
        words = " ".join(str(error).split())[:200]
        if isinstance(error, ConnectionError) or "Failed to connect" in words:
            return self._connection_error(error, said_something)
        if status == 404:
            return ModelError("no-such-model", f"{self.name} is not on the server: run `ollama pull {self.tag}`")
        if "memory" in words.lower():
            return ModelError("out-of-memory", f"{self.name} does not fit in the server's memory: {words}")
        if status == 503:
            return ModelError("busy", f"the Ollama server is busy and stayed so after {_ATTEMPTS} attempts")
        if said_something:
            return ModelError("went-away", f"{self.name} went away in the middle of the answer: {words}")
        return ModelError("failed", f"{self.name} failed: {words}")


def installed_tags(url: str, timeout_s: float = _CONNECT_S) -> list[str] | None:
    """Tags of the models on the server at ``url``; None when no server answers."""
    try:
        answer = httpx.get(f"{url.rstrip('/')}/api/tags", timeout=timeout_s, trust_env=False)
        answer.raise_for_status()
        return [str(model["name"]) for model in answer.json()["models"]]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError):
        return None
