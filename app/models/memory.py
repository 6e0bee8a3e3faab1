"""How much memory a model takes while it answers: its file, keys and values, working buffers, the GPU's driver."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.catalogue import Catalogue, Entry, MemoryConstants, Shape

GB = 10**9
_BYTES_A_KEY = 2  # 16 bits, as Ollama keeps keys and values unless it is told otherwise
_BYTES_A_FLOAT = 4


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """Bytes, part by part."""

    weights: int
    cache: int  # keys and values of the context
    buffers: int
    driver: int  # 0 where no GPU is used

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.cache + self.buffers + self.driver


def memory_need(
    catalogue: Catalogue, entry: Entry, context: int, quantisation: str | None = None, gpus: int = 0
) -> MemoryNeed | None:
    """What ``entry`` takes with ``context`` tokens; None where the catalogue does not know its size.

    :param quantisation: another than that of its file, by bits per weight.
    :param gpus: how many share it; each has a driver.
    """
    weights = file_bytes(catalogue, entry, quantisation)
    if weights is None:
        return None
    constants, shape = catalogue.memory, entry.shape
    driver = gpus * constants.driver.bytes
    if shape is None or entry.task == "embedding":  # nothing is kept from one text to the next
        return MemoryNeed(weights, 0, 0, driver)
    tokens = min(context, entry.context.tokens) if entry.context else context
    return MemoryNeed(weights, cache_bytes(shape, tokens, constants), buffer_bytes(shape, tokens, constants), driver)


def file_bytes(catalogue: Catalogue, entry: Entry, quantisation: str | None = None) -> int | None:
    """The published size of its file, or parameters times bits per weight for another quantisation."""
    file = entry.files[0] if entry.files else None
    if file is not None and quantisation in (None, file.quantisation):
        return file.bytes
    bits = catalogue.memory.bits_per_weight.values.get(quantisation or "")
    return int(entry.parameters * bits / 8) if entry.parameters and bits else None


def cache_bytes(shape: Shape, tokens: int, constants: MemoryConstants) -> int:
    """A key and a value for each token in each layer; layers that look at an image keep the image's, in 32 bits."""
    a_token = 2 * shape.kv_heads * shape.head_dim
    text = (shape.layers - shape.cross_layers) * a_token * _BYTES_A_KEY * tokens
    return text + shape.cross_layers * a_token * _BYTES_A_FLOAT * constants.buffers.image_tokens


def buffer_bytes(shape: Shape, tokens: int, constants: MemoryConstants) -> int:
    """As Ollama estimates it for the architecture ``llama``: attention or vocabulary, whichever is larger."""
    batch = constants.buffers.batch
    attention = 1 + 4 * shape.hidden + tokens * (1 + shape.heads)
    return _BYTES_A_FLOAT * batch * max(attention, shape.hidden + shape.vocabulary)
