"""The endpoints that need a model in memory: chat, generate, embed, and what is loaded."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

from tests.support.ollama.backend import Backend, Delta, Finished, GenerationRequest
from tests.support.ollama.bodies import (
    Body,
    ChatBody,
    EmbedBody,
    GenerateBody,
    GenerationBody,
    read_body,
)
from tests.support.ollama.clock import timestamp
from tests.support.ollama.errors import ClientGoneError, OllamaError
from tests.support.ollama.library import Installed, Library, details
from tests.support.ollama.messages import Message
from tests.support.ollama.options import Options, parse_keep_alive, parse_options
from tests.support.ollama.queueing import RequestQueue
from tests.support.ollama.residency import Residency
from tests.support.ollama.structured import parse_format

Answer = Body | Iterator[Body]  # one JSON object, or the lines of a stream


class Inference:
    """Runs requests through the queue, the model's residency and the backend.

    :param delay_s: seconds before the first piece of every reply.
    :param load_s: seconds a load takes, also after a changed ``num_ctx``.
    """

    def __init__(
        self,
        backend: Backend,
        library: Library,
        residency: Residency,
        queue: RequestQueue,
        defaults: Options,
        delay_s: float,
        load_s: float,
    ) -> None:
        self._backend = backend
        self._library = library
        self._residency = residency
        self._queue = queue
        self._defaults = defaults
        self._delay_s = delay_s
        self._load_s = load_s

    def ps(self) -> Body:
        """The answer of ``/api/ps``."""
        return {
            "models": [
                {
                    "name": resident.name,
                    "model": resident.name,
                    "size": resident.spec.memory_for(resident.num_ctx),
                    "digest": resident.spec.digest,
                    "details": details(resident.spec),
                    "expires_at": timestamp(resident.expires_at),
                    "size_vram": 0,
                    "context_length": resident.num_ctx,
                }
                for resident in self._residency.residents()
            ]
        }

    def chat(self, body: Body, cancelled: threading.Event) -> Answer:
        """The answer of ``/api/chat``."""
        sent = read_body(ChatBody, body)
        request = self._generation(sent, "chat", tuple(sent.messages), None, body, cancelled)
        return self._run(sent, request, bool(sent.messages), _as_message)

    def generate(self, body: Body, cancelled: threading.Event) -> Answer:
        """The answer of ``/api/generate``."""
        sent = read_body(GenerateBody, body)
        system = (Message(role="system", content=sent.system),) if sent.system else ()
        messages = (*system, Message(role="user", content=sent.prompt))
        raw = sent.prompt if sent.raw else None
        request = self._generation(sent, "generate", () if sent.raw else messages, raw, body, cancelled)
        return self._run(sent, request, bool(sent.prompt), _as_response)

    def embed(self, body: Body, cancelled: threading.Event) -> Body:
        """The answer of ``/api/embed``; vectors of length 1."""
        sent = read_body(EmbedBody, body)
        installed = self._library.find(sent.model)
        options = self._options(installed, sent.options)
        keep_alive_s = parse_keep_alive(sent.keep_alive)
        started = time.perf_counter_ns()
        texts = [sent.input] if isinstance(sent.input, str) else sent.input or []
        with self._queue.slot(cancelled):
            self._load(installed, options, keep_alive_s, cancelled)
            loaded = time.perf_counter_ns()
            found = [
                self._backend.embed(text, installed.spec, options.num_ctx, sent.truncate) for text in texts if text
            ]
            self._residency.touch(installed.name, keep_alive_s)
        vectors = [_unit(item.vector) for item in found]
        if sent.dimensions > 0:
            vectors = [_unit(vector[: sent.dimensions]) for vector in vectors]
        return {
            "model": sent.model,
            "embeddings": vectors,
            "total_duration": time.perf_counter_ns() - started,
            "load_duration": loaded - started,
            "prompt_eval_count": sum(item.tokens for item in found),
        }

    def _generation(
        self,
        sent: GenerationBody,
        verb: str,
        messages: tuple[Message, ...],
        raw_prompt: str | None,
        body: Body,
        cancelled: threading.Event,
    ) -> GenerationRequest:
        installed = self._library.find(sent.model)
        if "completion" not in installed.spec.capabilities:
            raise OllamaError(400, f'"{sent.model}" does not support {verb}')
        if sent.think:
            raise OllamaError(400, f'"{sent.model}" does not support thinking')
        return GenerationRequest(
            model=installed.spec,
            options=self._options(installed, sent.options),
            messages=messages,
            raw_prompt=raw_prompt,
            format=parse_format(sent.format),
            shift=sent.shift,
            body=body,
            cancelled=cancelled,
        )

    def _options(self, installed: Installed, sent: Body | None) -> Options:
        options = parse_options(sent, self._defaults)
        return replace(options, num_ctx=min(max(options.num_ctx, 4), installed.spec.context_length))

    def _run(
        self, sent: GenerationBody, request: GenerationRequest, prompted: bool, shape: Callable[[str], Body]
    ) -> Answer:
        keep_alive_s = parse_keep_alive(sent.keep_alive)
        if not prompted and keep_alive_s == 0:
            self._residency.touch(self._library.find(sent.model).name, 0)
            return self._line(sent, shape(""), done=True) | {"done_reason": "unload"}
        if not prompted:
            with self._queue.slot(request.cancelled):
                self._load(self._library.find(sent.model), request.options, keep_alive_s, request.cancelled)
            return self._line(sent, shape(""), done=True) | {"done_reason": "load"}
        lines = self._lines(sent, request, keep_alive_s, shape)
        return lines if sent.stream in {None, True} else _fold(lines)

    def _lines(
        self, sent: GenerationBody, request: GenerationRequest, keep_alive_s: float, shape: Callable[[str], Body]
    ) -> Iterator[Body]:
        started = time.perf_counter_ns()
        installed = self._library.find(sent.model)
        finished: Finished | None = None
        with self._queue.slot(request.cancelled):
            self._load(installed, request.options, keep_alive_s, request.cancelled)
            loaded = time.perf_counter_ns()
            try:
                request.cancelled.wait(self._delay_s)
                with closing(self._backend.generate(request)) as pieces:
                    for piece in pieces:
                        if request.cancelled.is_set():
                            raise ClientGoneError
                        if isinstance(piece, Delta):
                            yield self._line(sent, shape(piece.text), done=False)
                        else:
                            finished = piece
            finally:
                self._residency.touch(installed.name, keep_alive_s)
        if finished is None:
            raise ClientGoneError
        yield self._line(sent, shape(""), done=True) | _metrics(finished, started, loaded)

    def _line(self, sent: GenerationBody, shaped: Body, done: bool) -> Body:
        return {"model": sent.model, "created_at": timestamp(), **shaped, "done": done}

    def _load(self, installed: Installed, options: Options, keep_alive_s: float, cancelled: threading.Event) -> None:
        loading = self._residency.load(installed.name, installed.spec, options.num_ctx, keep_alive_s)
        if loading and cancelled.wait(self._load_s):
            raise ClientGoneError


def _as_message(text: str) -> Body:
    return {"message": {"role": "assistant", "content": text}}


def _as_response(text: str) -> Body:
    return {"response": text}


def _metrics(finished: Finished, started: int, loaded: int) -> Body:
    metrics = {
        "total_duration": time.perf_counter_ns() - started,
        "load_duration": loaded - started,
        "prompt_eval_count": finished.prompt_eval_count,
        "prompt_eval_duration": finished.prompt_eval_duration,
        "eval_count": finished.eval_count,
        "eval_duration": finished.eval_duration,
    }
    # Go's omitempty: a count or duration of 0 is not sent at all.
    return {"done_reason": finished.reason} | {name: value for name, value in metrics.items() if value}


def _fold(lines: Iterator[Body]) -> Body:
    text, last = [], Body()
    for last in lines:
        text.append(last["message"]["content"] if "message" in last else last["response"])
    return last | (_as_message("".join(text)) if "message" in last else _as_response("".join(text)))


def _unit(vector: list[float]) -> list[float]:
    length = math.hypot(*vector)
    return [value / length for value in vector] if length else vector
