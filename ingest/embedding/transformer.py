"""Run any sentence-transformers model on torch."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.embedding.base import Encoded, Progress, TextKind, batches_by_length, token_ends
from ingest.embedding.quiet import quiet_loading

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors

_BATCH_TOKENS = 4096
_E5_PROMPTS = {"query": "query: ", "passage": "passage: "}


class TransformerEmbedder:
    """A sentence-transformers model from a folder; in bf16 where asked."""

    def __init__(self, folder: Path, name: str, fingerprint: str, bf16: bool = False) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        self.name = name
        self.fingerprint = fingerprint
        kwargs: dict[str, Any] = {"dtype": torch.bfloat16} if bf16 else {}
        with quiet_loading():
            self._model = SentenceTransformer(str(folder), device="cpu", model_kwargs=kwargs)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self._prompts = _prompts(self._model.prompts or {}, name)
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Encoded:
        import numpy as np

        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        states: list[Vectors] = [vectors[:0]] * len(texts)
        ends = [np.zeros(0, dtype=np.int32)] * len(texts)
        prefix = self._prompts[kind]
        in_front = sum(self.count_tokens([prefix.strip()])) if prefix else 0
        offsets = self._offsets([prefix + text for text in texts])
        for group in batches_by_length([len(spans) for spans in offsets], _BATCH_TOKENS):
            with self._lock:
                rows: Any = self._model.encode(
                    [prefix + texts[index] for index in group],
                    prompt="",
                    batch_size=len(group),
                    show_progress_bar=False,
                    output_value=None,
                )
            for index, row in zip(group, rows, strict=True):
                vector = row["sentence_embedding"].float().cpu().numpy()
                vectors[index] = vector / np.linalg.norm(vector)
                tokens = row["token_embeddings"][row["attention_mask"].bool()].float().cpu().numpy()
                states[index] = tokens[1 + in_front : -1].copy()
                ends[index] = token_ends(offsets[index][1 + in_front : len(tokens) - 1], len(prefix))
            if progress:
                progress(len(group))
        return Encoded(vectors, states, ends)

    def embed(self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None) -> Vectors:
        return self.encode(texts, kind, progress).vectors

    def _offsets(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Where each token of each text starts and ends, that of the start mark first."""
        if not texts:
            return []
        tokenizer: Any = self._model.tokenizer
        with self._lock:
            given = tokenizer(list(texts), return_offsets_mapping=True, truncation=False, verbose=False)
        return list(given["offset_mapping"])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        tokenizer: Any = self._model.tokenizer
        with self._lock:
            encoded = tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]


def _prompts(declared: dict[str, str], name: str) -> dict[str, str]:
    """The prefixes for queries and passages: the model's own, or those the e5 family was trained with."""
    if not declared.get("query") and "e5" in Path(name).name.lower():
        return _E5_PROMPTS
    passage = declared.get("passage") or declared.get("document") or ""
    return {"query": declared.get("query") or "", "passage": passage}
