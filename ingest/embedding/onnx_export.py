"""Write the ONNX form of a sentence-transformers folder: ``python -m ingest.embedding.onnx_export FOLDER``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

from ingest.embedding.once import made_once
from ingest.errors import IngestError
from ingest.python_path import python_path

MODEL_FILE = "onnx/model.onnx"


def export(folder: Path) -> Path:
    """Write the ONNX form of the model in ``folder``, once; whole or not at all.

    A process of its own does it: this one may live for months, and what torch and transformers take of its memory
    would stay with it.

    :returns: the file, opset 17, inputs ``input_ids`` and ``attention_mask`` of
        shape ``(batch, tokens)``, output ``(batch, tokens, dimension)``.
    :raises IngestError: it could not be made.
    """
    target = folder / MODEL_FILE
    return made_once(target, folder / "onnx.lock", lambda: _export_apart(folder))


def _export_apart(folder: Path) -> None:
    command = [sys.executable, "-P", "-m", "ingest.embedding.onnx_export", str(folder)]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": python_path()}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it gave no reason"]
        raise IngestError(f"The model could not be written as ONNX ({said[-1][:300]}): see that {folder} has room.")


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


if __name__ == "__main__":
    _export(Path(sys.argv[1]), Path(sys.argv[1]) / MODEL_FILE)
