"""A model on an Ollama server, or on several: the next one is asked as long as nothing has come."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models.catalogue import load_catalogue
from app.models.faults import Described, is_busy, is_unreachable, status_of
from app.models.hosts import addresses, hosts_of
from app.models.model import ModelOptions
from app.models.outgoing import guarded, guarded_async
from app.models.streamed import Chunks, StreamedModel, busy_retrying

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk, BaseMessage
    from langchain_ollama import ChatOllama


@dataclass(frozen=True)
class OllamaOptions(ModelOptions):
    """What is sent with every request; ``url`` may be several, with commas between."""

    url: str = "http://127.0.0.1:11434"
    keep_alive: str = "10m"


class OllamaModel(StreamedModel):
    """One model, on whichever of the servers has it and the least to do."""

    provider = "ollama"
    options: OllamaOptions

    def __init__(self, tag: str, options: OllamaOptions, base: str | None = None) -> None:
        super().__init__(tag, options)
        self.base = base  # the tag that it was made of, where it is an adapted model

    @property
    def family(self) -> str:
        """The family whose prompt variant fits: that of the base, where there is one."""
        return load_catalogue().family_of(self.base or self.tag)

    async def _chunks(self, messages: Sequence[BaseMessage]) -> Chunks:
        with ExitStack() as counted:
            async for attempt in busy_retrying():
                with attempt:
                    first, chunks = await self._begin(messages, counted)
            if first is not None:
                yield first
                async for chunk in chunks:
                    yield chunk

    async def _begin(self, messages: Sequence[BaseMessage], counted: ExitStack) -> tuple[AIMessageChunk | None, Chunks]:
        """The first part and the rest, of the first host that says something.

        :param counted: keeps the request on the host's count while it is open.
        """
        hosts = hosts_of(self.options.url)
        failures: list[Exception] = []
        tried: list[str] = []
        for _ in hosts.urls:
            with ExitStack() as asked:
                url = asked.enter_context(hosts.turn(self.tag, tried))  # a second at most; the thread is this answer's
                tried.append(url)
                chunks = self._chat_model(url).astream(list(messages))
                try:
                    first = await anext(chunks, None)
                except Exception as error:  # whatever it is: another host may do better
                    failures.append(error)
                    if is_unreachable(error):
                        hosts.went_down(url)
                    continue
                counted.push(asked.pop_all())
                return first, chunks
        telling = sorted(failures, key=lambda error: (is_busy(error), status_of(error) is not None))
        raise telling[-1] if telling else ConnectionError("no address is set")

    def _chat_model(self, url: str) -> ChatOllama:
        from langchain_ollama import ChatOllama

        options = self.options
        return ChatOllama(
            model=self.tag,
            base_url=url,
            temperature=0.0,
            num_ctx=options.num_ctx,
            num_predict=options.num_predict,
            keep_alive=options.keep_alive,
            client_kwargs={
                **self._client_arguments(),
                "headers": {"Connection": "close"},  # one answer a client: nothing must be left open behind it
            },
            sync_client_kwargs=guarded(),
            async_client_kwargs=guarded_async(),  # Ollama's client follows redirects
        )

    def _described(self) -> Described:
        where = " or ".join(addresses(self.options.url))
        return Described(
            self.name,
            self.options.silence_s,
            f"no Ollama server answers at {where}: start it with `ollama serve`",
            f"{self.name} is not on the server: run `ollama pull {self.tag}`",
        )
