"""A backend that says what it was told to say, and fails the way it was told to fail.

Tokens are those of ``tokens.py``, about four characters each.
"""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from tests.support.ollama import tokens
from tests.support.ollama.backend import (
    Delta,
    Embedding,
    Finished,
    GenerationRequest,
    too_long_to_embed,
)
from tests.support.ollama.catalogue import ModelSpec
from tests.support.ollama.errors import (
    ConnectionDroppedError,
    OllamaError,
    out_of_memory,
    server_busy,
)
from tests.support.ollama.messages import fit_messages
from tests.support.ollama.structured import instance_of, problem_with

_FILLER = "This answer is being written while something goes wrong with the server that writes it."


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong, after ``after`` chunks where it is not over before the first."""

    kind: Literal["http", "disconnect", "hang", "error_line"]
    after: int = 0
    status: int = 500
    error: str = ""

    @classmethod
    def http(cls, status: int, error: str) -> Fault:
        """An error answer instead of a reply."""
        return cls("http", status=status, error=error)

    @classmethod
    def busy(cls) -> Fault:
        """The 503 of a full queue."""
        refusal = server_busy()
        return cls.http(refusal.status, refusal.message)

    @classmethod
    def out_of_memory(cls, required: int = 6 << 30, available: int = 2 << 30) -> Fault:
        """The 500 of a model that does not fit; sizes in bytes."""
        refusal = out_of_memory(required, available)
        return cls.http(refusal.status, refusal.message)

    @classmethod
    def disconnect_after(cls, n_chunks: int) -> Fault:
        """The connection breaks, without an end to the stream."""
        return cls("disconnect", after=n_chunks)

    @classmethod
    def hang(cls, after: int = 0) -> Fault:
        """Nothing more comes, until the client leaves or the server stops."""
        return cls("hang", after=after)

    @classmethod
    def error_line(cls, after: int = 1, error: str = "an error was encountered while running the model") -> Fault:
        """A line ``{"error": …}`` in the stream; with ``after`` 0 or without streaming it is a 500."""
        return cls("error_line", after=after, error=error)


@dataclass(frozen=True, slots=True)
class Reply:
    """One scripted reply.

    ``text`` may be a JSON value, or None for the smallest value the requested
    format allows. It is streamed in ``chunks`` of the given lengths and text,
    else ``chunk_chars`` characters at a time, else token by token, with
    ``pause_s`` seconds before each.
    """

    text: str | dict[str, Any] | list[Any] | None = ""
    chunk_chars: int | None = None
    chunks: Sequence[str] | None = None  # replaces ``text``
    pause_s: float = 0.0
    fault: Fault | None = None
    prompt_eval_count: int | None = None  # reported instead of what was read; 0 leaves the field out, as Ollama does
    check_format: bool = True  # False lets a reply through that ``format`` forbids (ollama issue 14440)


Answer = str | dict[str, Any] | list[Any] | None | Reply | Fault
Script = Answer | Callable[[GenerationRequest], Answer]


def echo(request: GenerationRequest) -> Reply:
    """The question back, as JSON where a format is asked for."""
    if request.format is not None:
        return Reply(instance_of(request.format, request.user_text))
    return Reply(request.user_text)


class ScriptedBackend:
    """Replies in the order of the script; when that is at its end, with ``default``, else with a 500.

    A function in the script gets the request as the model sees it: without
    the messages that did not fit into the context.
    """

    def __init__(self, replies: Sequence[Script] = (), default: Script | None = None, cycle: bool = False) -> None:
        self._script: deque[Script] = deque(replies)
        self._default = default
        self._cycle = cycle
        self._lock = threading.Lock()
        self.seen: list[GenerationRequest] = []  # every request as the model saw it

    def enqueue(self, *replies: Script) -> None:
        """Append to the script."""
        with self._lock:
            self._script.extend(replies)

    @property
    def remaining(self) -> int:
        """How many replies have not been used."""
        return len(self._script)

    def generate(self, request: GenerationRequest) -> Generator[Delta | Finished, None, None]:
        started = time.perf_counter_ns()
        request, prompt_count = _read(request)
        with self._lock:
            self.seen.append(request)
        reply = self._next(request)
        fault = reply.fault
        if fault is not None and fault.kind == "http":
            raise OllamaError(fault.status, fault.error)
        pieces, eval_count, reason = _write(reply, request)
        first: int | None = None
        for number, piece in enumerate(pieces):
            if fault is not None and number == fault.after:
                _strike(fault, request)
            if request.cancelled.wait(reply.pause_s) if reply.pause_s else request.cancelled.is_set():
                return
            first = first or time.perf_counter_ns()
            yield Delta(piece)
        if fault is not None and fault.after >= len(pieces):
            _strike(fault, request)
        ended = time.perf_counter_ns()
        yield Finished(
            reason=reason,
            prompt_eval_count=prompt_count if reply.prompt_eval_count is None else reply.prompt_eval_count,
            eval_count=eval_count,
            prompt_eval_duration=(first or ended) - started,
            eval_duration=ended - (first or ended) + 1,
        )

    def embed(self, text: str, model: ModelSpec, num_ctx: int, truncate: bool) -> Embedding:
        """Counts of character trigrams, hashed: texts that share wording are near each other."""
        pieces = tokens.split(text)
        if len(pieces) > num_ctx and not truncate:
            raise too_long_to_embed()
        read = "".join(pieces[:num_ctx])
        vector = [0.0] * model.embedding_length
        padded = f" {read.lower()} "
        for start in range(max(1, len(padded) - 2)):
            vector[zlib.crc32(padded[start : start + 3].encode()) % len(vector)] += 1.0
        return Embedding(vector, min(len(pieces), num_ctx))

    def close(self) -> None:
        """Nothing to free."""

    def _next(self, request: GenerationRequest) -> Reply:
        with self._lock:
            if self._script:
                script = self._script.popleft()
                if self._cycle:
                    self._script.append(script)
            elif self._default is not None:
                script = self._default
            else:
                raise OllamaError(500, "the script has no more replies; enqueue one for every request")
        answer = script(request) if callable(script) else script
        if isinstance(answer, Reply):
            return answer
        if isinstance(answer, Fault):
            return Reply(_FILLER, fault=answer, check_format=False)
        return Reply(answer)


def _read(request: GenerationRequest) -> tuple[GenerationRequest, int]:
    if request.raw_prompt is not None:
        return request, min(tokens.count(request.raw_prompt), request.options.num_ctx)
    kept = fit_messages(request.messages, tokens.count_chat, request.options.num_ctx)
    # A last message that is too long by itself has its middle cut out, to the size of the context.
    return replace(request, messages=kept), min(tokens.count_chat(kept), request.options.num_ctx)


def _write(reply: Reply, request: GenerationRequest) -> tuple[list[str], int, Literal["stop", "length"]]:
    text = _text_of(reply, request)
    problem = problem_with(text, request.format) if reply.check_format else None
    if problem is not None:
        raise OllamaError(500, f"the scripted reply is not what the format asks for: {problem}")
    ends = [position for stop in request.options.stop if (position := text.find(stop)) >= 0]
    text = text[: min(ends)] if ends else text
    words = tokens.split(text)
    limit = request.options.num_predict
    reason: Literal["stop", "length"] = "stop"
    if 0 < limit < len(words):
        words, reason = words[:limit], "length"
        text = "".join(words)
    return _cut(text, reply, words), len(words), reason


def _text_of(reply: Reply, request: GenerationRequest) -> str:
    if reply.chunks is not None:
        return "".join(reply.chunks)
    if reply.text is None:
        return instance_of(request.format)
    return reply.text if isinstance(reply.text, str) else json.dumps(reply.text, ensure_ascii=False)


def _cut(text: str, reply: Reply, words: list[str]) -> list[str]:
    if reply.chunks is not None:
        sizes = [len(chunk) for chunk in reply.chunks]
    elif reply.chunk_chars is not None:
        sizes = [reply.chunk_chars] * -(-len(text) // reply.chunk_chars)
    else:
        return words
    pieces, start = [], 0
    for size in sizes:
        pieces.append(text[start : start + size])
        start += size
    return [piece for piece in pieces if piece]


def _strike(fault: Fault, request: GenerationRequest) -> None:
    if fault.kind == "disconnect":
        raise ConnectionDroppedError
    if fault.kind == "error_line":
        raise OllamaError(fault.status, fault.error)
    request.cancelled.wait()
