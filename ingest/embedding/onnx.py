"""Run a sentence-transformers folder on ONNX Runtime.

Measured with ``polydesk bench`` this is the faster way wherever the processor
has no bf16, and it starts without importing torch, so a command answers sooner.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.embedding.few_texts import FewTextsTokenizer, whole_tokenizer
from ingest.embedding.onnx_export import MODEL_FILE
from ingest.embedding.pooled import PooledEmbedder, padded

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors

_BATCH_TOKENS = 512  # small passes stay in the processor's caches: larger ones are slower


class OnnxEmbedder(PooledEmbedder):
    """The model as exported by :func:`ingest.embedding.onnx_export.export`.

    :param few_texts: open it sooner, for so few that it need not be fast; only for the bundled model.
    """

    def __init__(self, folder: Path, name: str, fingerprint: str, few_texts: bool = False) -> None:
        import onnxruntime

        tokens = folder / "tokenizer.json"
        tokenizer = FewTextsTokenizer(tokens) if few_texts else whole_tokenizer(tokens)
        super().__init__(folder, name, fingerprint, tokenizer, _BATCH_TOKENS)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = _threads()
        # Threads that wait by spinning take the processor from the store and the parsers: a sixth of the time is lost.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        if few_texts:  # a third of the time of opening; a pass takes a tenth longer
            options.add_session_config_entry("session.disable_prepacking", "1")
            # The graph was optimised when it was written.
            options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
        )

    def _last_hidden(self, rows: Sequence[Sequence[int]]) -> Vectors:
        ids, mask = padded(rows)
        hidden: Vectors = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return hidden


def _threads() -> int:
    """As many as OMP_NUM_THREADS allows, as torch has it: on a shared machine each process gets its part; 0 for all."""
    said = os.environ.get("OMP_NUM_THREADS", "")
    return int(said) if said.isdigit() else 0
