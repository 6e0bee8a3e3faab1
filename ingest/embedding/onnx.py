"""Run a sentence-transformers folder on ONNX Runtime.

Measured with ``polydesk bench`` this is the faster way wherever the processor
has no bf16, and it starts without importing torch, so a command answers sooner.
"""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.embedding.few_texts import FewTextsTokenizer, whole_tokenizer
from ingest.embedding.once import made_once
from ingest.embedding.pooled import PooledEmbedder, padded

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors

MODEL_FILE = "onnx/model.onnx"
_BATCH_TOKENS = 512  # small passes stay in the processor's caches: larger ones are slower


class OnnxEmbedder(PooledEmbedder):
    """The model as exported by :func:`export`.

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


def export(folder: Path) -> Path:
    """Write the ONNX form of the model in ``folder``, once; whole or not at all.

    :returns: the file, opset 17, inputs ``input_ids`` and ``attention_mask`` of
        shape ``(batch, tokens)``, output ``(batch, tokens, dimension)``.
    """
    target = folder / MODEL_FILE
    return made_once(target, folder / "onnx.lock", lambda: _export(folder, target))


def _export(folder: Path, target: Path) -> None:
    partial = target.parent.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    raw = partial / "raw.onnx"
    _trace(folder, raw)
    _optimise(raw, partial / target.name)
    raw.unlink()
    partial.rename(target.parent)


def _trace(folder: Path, target: Path) -> None:
    import torch
    from transformers import AutoModel
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    encoder = AutoModel.from_pretrained(str(folder), attn_implementation="eager").eval()

    class LastHidden(torch.nn.Module):  # type: ignore[misc]  # torch is not followed
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    example = (torch.ones((2, 8), dtype=torch.long), torch.ones((2, 8), dtype=torch.long))
    axes = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            LastHidden(),
            example,
            str(target),
            input_names=["input_ids", "attention_mask"],
            output_names=["hidden"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "hidden": axes},
            opset_version=17,
            dynamo=False,  # the other exporter wants onnxscript and gives the same graph here
        )


def _optimise(source: Path, target: Path) -> None:
    """Fuse the graph now, and keep the weights in a file that is mapped, not parsed, so that opening is quick."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # "extended" and not "all": the last level bakes in this processor's memory layouts
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(target)
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", target.name + ".data")
    options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])
