"""Whether an adapter fits the model it is to be put on, told from shapes and names before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import AppUserError
from app.models.adapters.files import Adapter
from app.models.adapters.weights import Module
from app.models.catalogue import Catalogue

# Architectures whose safetensors adapters Ollama turns into GGUF; others have to be GGUF already.
# https://github.com/ollama/ollama/blob/01cf7445f35e9a0628d0b49655541a7afeee7a64/convert/convert.go
_CONVERTED = ("llama",)
_READS_HIDDEN: tuple[Module, ...] = ("q", "k", "v", "gate", "up")
_WRITES_HIDDEN: tuple[Module, ...] = ("o", "down")


@dataclass(frozen=True, slots=True)
class Base:
    """The base model as its server describes it; 0 where the server does not say."""

    tag: str
    architecture: str
    layers: int
    hidden: int
    feed_forward: int
    licence: str

    @classmethod
    def of(cls, tag: str, shown: Mapping[str, Any]) -> Base:
        """From the answer of ``/api/show``."""
        info = shown.get("model_info")
        info = info if isinstance(info, dict) else {}
        kind = str(info.get("general.architecture") or "")

        def number(name: str) -> int:
            value = info.get(f"{kind}.{name}")
            return value if isinstance(value, int) else 0

        return cls(
            tag=tag,
            architecture=kind,
            layers=number("block_count"),
            hidden=number("embedding_length"),
            feed_forward=number("feed_forward_length"),
            licence=str(shown.get("license") or ""),
        )


def check_fit(catalogue: Catalogue, adapter: Adapter, base: Base) -> list[str]:
    """What is left to know when the adapter fits.

    :raises AppUserError: it does not.
    """
    if catalogue.task_of(base.tag) not in ("answers", "code", None):
        raise AppUserError(f"{base.tag} is for {catalogue.task_of(base.tag)}, not for answers; name another --base")
    _check_family(catalogue, adapter, base)
    _check_architecture(adapter, base)
    _check_shapes(adapter, base)
    notes = []
    if not adapter.trained_on:
        notes.append("the adapter does not say which model it was trained on; only its shapes were compared")
    if catalogue.find(base.tag) is None:
        notes.append(f"{base.tag} is not in the catalogue: read its licence yourself")
    if not base.hidden or not base.layers:
        notes.append(f"the server does not say how large {base.tag} is, so the shapes were not compared")
    return notes


def _check_family(catalogue: Catalogue, adapter: Adapter, base: Base) -> None:
    trained_on = adapter.trained_on
    if catalogue.task_of(trained_on) is None or catalogue.task_of(base.tag) is None:
        return  # neither name says a family
    theirs, ours = catalogue.family_of(trained_on), catalogue.family_of(base.tag)
    if theirs != ours:
        raise AppUserError(
            f"{adapter.path}: it was trained on {trained_on[:80]} ({theirs}), and {base.tag} is a {ours} model; "
            "name the --base it was trained on"
        )


def _check_architecture(adapter: Adapter, base: Base) -> None:
    if adapter.format == "safetensors" and base.architecture and base.architecture not in _CONVERTED:
        raise AppUserError(
            f"{adapter.path}: Ollama converts safetensors adapters for {', '.join(_CONVERTED)} only, and "
            f"{base.tag} is {base.architecture}; make a GGUF of it with llama.cpp's convert_lora_to_gguf.py"
        )
    if adapter.architecture and base.architecture and adapter.architecture != base.architecture:
        raise AppUserError(
            f"{adapter.path}: it is for the architecture {adapter.architecture[:40]}, and {base.tag} is "
            f"{base.architecture}; name the --base it was trained on"
        )


def _check_shapes(adapter: Adapter, base: Base) -> None:
    last = max(pair.layer for pair in adapter.pairs)
    if base.layers and last >= base.layers:
        raise AppUserError(
            f"{adapter.path}: it changes layer {last + 1}, and {base.tag} has {base.layers}; name the --base it was "
            "trained on"
        )
    for pair in adapter.pairs:
        width = pair.inputs if pair.module in _READS_HIDDEN else pair.outputs if pair.module in _WRITES_HIDDEN else 0
        if base.hidden and width and width != base.hidden:
            raise AppUserError(
                f"{adapter.path}: it was trained on a model {width} wide, and {base.tag} is {base.hidden} wide; "
                "name the --base it was trained on"
            )
        inner = pair.outputs if pair.module in ("gate", "up") else pair.inputs if pair.module == "down" else 0
        if base.feed_forward and inner and inner != base.feed_forward:
            raise AppUserError(
                f"{adapter.path}: its feed-forward layers are {inner} wide, and those of {base.tag} "
                f"{base.feed_forward}; name the --base it was trained on"
            )
