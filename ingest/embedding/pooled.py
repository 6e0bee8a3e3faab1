"""What the runtimes of the bundled model have in common: all but the pass itself.

A text is cut into tokens behind its prompt; texts of similar length go through the model together; a text's vector is
the mean of its states.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.embedding.base import Encoded, Progress, TextKind, batches_by_length, token_ends

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

    from ingest.embedding.base import Vectors
    from ingest.embedding.few_texts import FewTextsTokenizer, Tokens

PADDING = 1  # the padding token


class PooledEmbedder(ABC):
    """A mean-pooled encoder with prompts, from the folder of a sentence-transformers model.

    :param batch_tokens: in one pass, padding included, about.
    :param passes: at a time. One, where a pass takes all processors: two would fight for them.
    :param begin_thread: called first in each thread that passes run in.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        fingerprint: str,
        tokenizer: FewTextsTokenizer | Tokenizer,
        batch_tokens: int,
        passes: int = 1,
        begin_thread: Callable[[], None] | None = None,
    ) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.dimension: int = read_json(folder / "config.json")["hidden_size"]
        self._prompts: dict[str, str] = read_json(folder / "config_sentence_transformers.json")["prompts"]
        self._limit: int = read_json(folder / "sentence_bert_config.json")["max_seq_length"]
        self._tokenizer = tokenizer
        self._batch_tokens = batch_tokens
        self._passes = ThreadPoolExecutor(passes, "embedding", begin_thread)

    @abstractmethod
    def _last_hidden(self, rows: Sequence[Sequence[int]]) -> Vectors:
        """States of the tokens with these numbers, shape ``(rows, longest, dimension)``, whatever is in the padding."""

    def encode(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Encoded:
        import numpy as np

        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        states: list[Vectors] = [vectors[:0]] * len(texts)
        if not texts:
            return Encoded(vectors, states, [])
        prompt = self._prompts[kind]
        marked: Tokens | Encoding = self._tokenizer.encode_batch([prompt.strip()])[0]
        first = len(marked.ids) - 1  # after start mark and prompt
        encoded: Sequence[Tokens | Encoding] = self._tokenizer.encode_batch([prompt + text for text in texts])
        rows = [self._within_limit(e.ids) for e in encoded]
        ends = [token_ends(e.offsets[first : len(row) - 1], len(prompt)) for e, row in zip(encoded, rows, strict=True)]

        def run(group: Sequence[int]) -> int:
            hidden = self._last_hidden([rows[index] for index in group])
            for index, of_row in zip(group, hidden, strict=True):
                own = of_row[: len(rows[index])]
                pooled = own.mean(axis=0)
                vectors[index] = pooled / np.linalg.norm(pooled)
                states[index] = own[first:-1].copy()  # a slice would keep the whole pass
            return len(group)

        for done in self._passes.map(run, batches_by_length([len(row) for row in rows], self._batch_tokens)):
            if progress:
                progress(done)
        return Encoded(vectors, states, ends)

    def embed(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Vectors:
        return self.encode(texts, kind, progress).vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        encoded: Sequence[Tokens | Encoding] = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(e.ids) for e in encoded]

    def _within_limit(self, ids: list[int]) -> list[int]:
        """The ids as the model takes them: the end is cut off, its end mark stays."""
        return ids if len(ids) <= self._limit else [*ids[: self._limit - 1], ids[-1]]


def read_json(file: Path) -> dict[str, Any]:
    """The object that a model's file of settings holds."""
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read


def padded(rows: Sequence[Sequence[int]]) -> tuple[Any, Any]:
    """Token numbers and mask of shape ``(rows, longest)``, int64."""
    import numpy as np

    longest = max(map(len, rows))
    ids = np.full((len(rows), longest), PADDING, dtype=np.int64)
    mask = np.zeros((len(rows), longest), dtype=np.int64)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = row
        mask[at, : len(row)] = 1
    return ids, mask
