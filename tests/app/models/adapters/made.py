"""Adapters made for a test: real files in their formats, of zeros."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CONFIG = {
    "peft_type": "LORA",
    "task_type": "CAUSAL_LM",
    "base_model_name_or_path": "meta-llama/Llama-3.1-8B-Instruct",
    "r": 4,
    "lora_alpha": 8,
    "bias": "none",
    "target_modules": ["q_proj", "v_proj"],
}
HIDDEN, KEYS = 4096, 1024


def peft_tensors(layers: int = 2, hidden: int = HIDDEN, rank: int = 4) -> dict[str, tuple[int, ...]]:
    """The matrices of an adapter on queries and values."""
    found: dict[str, tuple[int, ...]] = {}
    for layer in range(layers):
        for module, outputs in (("q_proj", hidden), ("v_proj", KEYS)):
            name = f"base_model.model.model.layers.{layer}.self_attn.{module}"
            found |= {f"{name}.lora_A.weight": (rank, hidden), f"{name}.lora_B.weight": (outputs, rank)}
    return found


def peft_folder(folder: Path, tensors: Mapping[str, tuple[int, ...]] | None = None, **config: Any) -> Path:
    """What PEFT saves, written with the library that it uses."""
    import numpy as np
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "adapter_config.json").write_text(json.dumps({**CONFIG, **config}), encoding="utf-8")
    weights = {name: np.zeros(shape, dtype=np.float16) for name, shape in (tensors or peft_tensors()).items()}
    save_file(weights, folder / "adapter_model.safetensors")
    return folder


def gguf_file(file: Path, architecture: str = "llama", kind: str = "adapter", layers: int = 2, **more: Any) -> Path:
    """What llama.cpp's convert_lora_to_gguf.py writes."""
    keys = {"general.architecture": architecture, "general.type": kind, "adapter.type": "lora", **more}
    shapes: dict[str, tuple[int, int]] = {}
    for layer in range(layers):
        shapes |= {f"blk.{layer}.attn_q.weight.lora_a": (HIDDEN, 4), f"blk.{layer}.attn_q.weight.lora_b": (4, HIDDEN)}
    head = b"GGUF" + struct.pack("<IQQ", 3, len(shapes), len(keys) + 2)
    head += b"".join(_text(name) + struct.pack("<I", 8) + _text(value) for name, value in keys.items())
    head += _text("adapter.lora.alpha") + struct.pack("<If", 6, 8.0)
    head += _text("general.tags") + struct.pack("<IIQ", 9, 8, 2) + _text("a") + _text("b")
    offset = 0
    for name, (columns, rows) in shapes.items():
        head += _text(name) + struct.pack("<IQQIQ", 2, columns, rows, 1, offset)
        offset += columns * rows * 2
    file.write_bytes(head + b"\0" * (-len(head) % 32) + b"\0" * offset)
    return file


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data
