"""The matrices of an adapter by name and shape, whatever file they are in; no weight is ever loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from app.errors import AppUserError

Module = Literal["q", "k", "v", "o", "gate", "up", "down"]
# By PEFT's names, and by llama.cpp's.
_MODULES: dict[str, Module] = {
    "self_attn.q_proj": "q", "self_attn.k_proj": "k", "self_attn.v_proj": "v", "self_attn.o_proj": "o",
    "mlp.gate_proj": "gate", "mlp.up_proj": "up", "mlp.down_proj": "down",
    "attn_q": "q", "attn_k": "k", "attn_v": "v", "attn_output": "o",
    "ffn_gate": "gate", "ffn_up": "up", "ffn_down": "down",
}  # fmt: skip
_PEFT = re.compile(r"(?:base_model\.model\.)?model\.layers\.(\d{1,4})\.([a-z_.]+)\.lora_([AB])(?:\.default)?\.weight")
_GGUF = re.compile(r"blk\.(\d{1,4})\.([a-z_]+)\.weight\.lora_([ab])")


@dataclass(frozen=True, slots=True)
class Tensor:
    """One matrix as its file names it; its rows and columns as PyTorch has them."""

    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """What an adapter adds to one matrix of one layer: from ``inputs`` through ``rank`` to ``outputs``."""

    layer: int
    module: Module
    inputs: int
    outputs: int
    rank: int


def pairs_of(file: str, tensors: Iterable[Tensor]) -> tuple[Pair, ...]:
    """The pairs of matrices of an adapter.

    :param file: what to call it in an error.
    :raises AppUserError: there is anything else in it, or half a pair.
    """
    halves: dict[tuple[int, Module], dict[str, tuple[int, ...]]] = {}
    for tensor in tensors:
        found = _PEFT.fullmatch(tensor.name) or _GGUF.fullmatch(tensor.name)
        module = _MODULES.get(found[2]) if found else None
        if found is None or module is None:
            raise AppUserError(
                f"{file}: {tensor.name[:80]!r} is no LoRA matrix of attention or feed-forward layers, and Ollama "
                "takes no other; train the adapter on those modules alone"
            )
        if len(tensor.shape) != 2:
            raise AppUserError(f"{file}: {tensor.name[:80]!r} is no matrix; save the adapter anew")
        halves.setdefault((int(found[1]), module), {})[found[3].upper()] = tensor.shape
    if not halves:
        raise AppUserError(f"{file}: there is no LoRA matrix in it; give an adapter, not a whole model")
    return tuple(_pair(file, layer, module, each) for (layer, module), each in sorted(halves.items()))


def rank_of(pairs: Sequence[Pair]) -> int:
    """The largest rank."""
    return max(pair.rank for pair in pairs)


def _pair(file: str, layer: int, module: Module, halves: dict[str, tuple[int, ...]]) -> Pair:
    if set(halves) != {"A", "B"} or halves["A"][0] != halves["B"][1] or min(*halves["A"], *halves["B"]) < 1:
        raise AppUserError(f"{file}: the matrices of layer {layer} ({module}) do not fit together; save it anew")
    return Pair(layer, module, inputs=halves["A"][1], outputs=halves["B"][0], rank=halves["A"][0])
