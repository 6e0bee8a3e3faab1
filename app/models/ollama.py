"""A Mistral or Llama model on an Ollama server: streaming, bounded, and honest about what went wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from app.answers import Usage
from app.errors import ModelError
from app.models.tokens import least_tokens

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
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

    @property
    def family(self) -> str:
        """The family whose prompt variant fits: ``mistral`` or ``llama``."""
        return "mistral" if "mi" in self.tag and "stral" in self.tag or "mixtral" in self.tag else "llama"

    def stream(self, messages: Sequence[BaseMessage], stop: threading.Event) -> Iterator[str]:
        """The model's words as they come; ends early when ``stop`` is set.

        Afterwards :attr:`usage` tells the tokens.

        :raises ModelError: the server, the model or the prompt's length is the reason there is no answer.
        """
        self.usage = Usage()
        deadline = time.monotonic() + self.options.total_s
        chunks: Iterator[Any] = iter(())
        said_something = False
        try:
            chunks, first = self._first(messages)
            chunk: Any = first
            while chunk is not None:
                if stop.is_set():
                    return
                if time.monotonic() > deadline:
                    raise ModelError("timeout", f"{self.name} was still writing after {self.options.total_s:.0f} s")
                if chunk.usage_metadata:
                    self._account(chunk.usage_metadata, messages)
                if chunk.content:
                    said_something = True
                    yield str(chunk.content)
                chunk = next(chunks, None)
        except (httpx.HTTPError, OSError) as error:
            raise self._connection_error(error, said_something) from error
        except Exception as error:
            raise self._server_error(error, said_something) from error
        finally:
            close = getattr(chunks, "close", None)
            if close:
                close()  # the server stops generating when nobody listens

    def _first(self, messages: Sequence[BaseMessage]) -> tuple[Iterator[Any], Any]:
        """Start the stream and read its first part; asked again while the server is busy."""

        @retry(
            retry=retry_if_exception(lambda error: getattr(error, "status_code", None) == 503),
            stop=stop_after_attempt(_ATTEMPTS),
            wait=wait_exponential_jitter(initial=0.5, max=4.0),
            reraise=True,
        )
        def start() -> tuple[Iterator[Any], Any]:
            chunks = self._chat_model().stream(list(messages))
            return chunks, next(chunks, None)

        return start()

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
            },
        )

    def _account(self, counted: dict[str, int], messages: Sequence[BaseMessage]) -> None:
        """Keep the usage, and compare what the server says it read with what was sent."""
        read = counted.get("input_tokens", 0)
        self.usage = Usage(prompt_tokens=read, completion_tokens=counted.get("output_tokens", 0))
        sent = sum(least_tokens(str(message.content)) for message in messages)
        if read and (read < sent or read >= self.options.num_ctx):
            raise ModelError(
                "truncated-prompt",
                f"{self.name} read {read} tokens of a prompt of at least {sent} "
                f"(context {self.options.num_ctx}); raise POLYDESK_NUM_CTX",
            )

    def _connection_error(self, error: Exception, said_something: bool) -> ModelError:
        if isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout):
            return ModelError("timeout", f"{self.name} was silent for {self.options.silence_s:.0f} s")
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
        if "memory" in words:
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
