"""The models the server can list, show and pull, from ``catalogue.yaml``."""

from __future__ import annotations

import hashlib
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

_FILE = Path(__file__).with_name("catalogue.yaml")


class ModelSpec(BaseModel):
    """A model as Ollama describes it; ``size`` in bytes, lengths in tokens and dimensions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tags: tuple[str, ...]
    architecture: str
    parameter_size: str
    parameter_count: int
    quantization: str
    file_type: int
    size: int
    context_length: int
    embedding_length: int
    block_count: int
    head_count: int
    head_count_kv: int
    capabilities: tuple[str, ...]
    license: str
    stop: tuple[str, ...]
    template: str

    @property
    def digest(self) -> str:
        """A SHA-256 that is stable for this model; tags of one model share it."""
        return hashlib.sha256(self.tags[0].encode()).hexdigest()

    def memory_for(self, num_ctx: int) -> int:
        """Bytes to run the model: its weights, and keys and values of ``num_ctx`` tokens in 16 bits."""
        head_length = self.embedding_length // self.head_count
        return self.size + 2 * 2 * self.block_count * self.head_count_kv * head_length * num_ctx


def load_catalogue() -> dict[str, ModelSpec]:
    """Every tag of the catalogue with its model."""
    specs = TypeAdapter(list[ModelSpec]).validate_python(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
    return {tag: spec for spec in specs for tag in spec.tags}


def normalise_name(name: str) -> str:
    """``Mistral`` is ``mistral:latest``, as in Ollama."""
    name = name.strip().lower()
    return name if ":" in name else f"{name}:latest"
