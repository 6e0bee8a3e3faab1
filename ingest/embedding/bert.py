"""Run the bundled model on torch alone, for many texts: in bf16, where the processor multiplies that natively.

The libraries that a sentence-transformers folder is otherwise opened with take many times as long to import as torch,
and each of their passes does more than is wanted here. The vectors are the same
(``tests/ingest/embedding/test_bert.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from ingest.embedding.few_texts import whole_tokenizer
from ingest.embedding.pooled import PooledEmbedder, padded, read_json

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors

_BATCH_TOKENS = 512
_noting = Lock()


class BertEmbedder(PooledEmbedder):
    """The model from the folder that :func:`ingest.embedding.bundle.unpack` writes."""

    def __init__(self, folder: Path, name: str, fingerprint: str) -> None:
        import torch

        # Each processor makes passes of its own. Threads that share one wait for the slowest at each of its steps, and
        # so for whatever else has a processor for a while: here, the parsers and the writer.
        tokenizer, passes = whole_tokenizer(folder / "tokenizer.json"), torch.get_num_threads()
        super().__init__(folder, name, fingerprint, tokenizer, _BATCH_TOKENS, passes, _take_one_processor)
        self._encoder = _Encoder(folder / "model.safetensors", read_json(folder / "config.json"))

    def _last_hidden(self, rows: Sequence[Sequence[int]]) -> Vectors:
        return self._encoder.last_hidden(*padded(rows))


def _take_one_processor() -> None:
    """For torch in this thread."""
    import torch

    with _noting:
        others = torch.get_num_threads()
        torch.set_num_threads(1)
        # It also notes the number for threads that are yet to begin, whoever's they are: another notes theirs again.
        noting = Thread(target=torch.set_num_threads, args=(others,))
        noting.start()
        noting.join()


class _Encoder:
    """BERT (Devlin et al. 2019) without its pooler: token numbers to hidden states.

    :param weights: a safetensors file with the names that ``transformers`` gives.
    """

    def __init__(self, weights: Path, configuration: dict[str, Any]) -> None:
        import torch
        from safetensors.torch import load_file

        stored = load_file(weights)
        # Most of the file is the vectors of words, of which texts have few: only those are read from disk.
        self._words = stored.pop("embeddings.word_embeddings.weight")
        of = {name: tensor.to(torch.bfloat16) for name, tensor in stored.items()}
        self._heads: int = configuration["num_attention_heads"]
        self._epsilon: float = configuration["layer_norm_eps"]
        self._places = of["embeddings.position_embeddings.weight"] + of["embeddings.token_type_embeddings.weight"][0]
        self._first_norm = _pair(of, "embeddings.LayerNorm")
        self._layers = [_layer(of, f"encoder.layer.{at}") for at in range(configuration["num_hidden_layers"])]

    def last_hidden(self, ids: Any, mask: Any) -> Vectors:
        """Float32, shape ``(rows, tokens, dimension)``; the arguments are what :func:`padded` gives."""
        import torch
        from torch.nn import functional

        numbers = torch.from_numpy(ids)
        count, longest = numbers.shape
        seen_by_all = None if mask.all() else torch.from_numpy(mask).bool()[:, None, None]
        with torch.inference_mode():
            states = self._norm(self._words[numbers].bfloat16() + self._places[:longest], self._first_norm)
            for layer in self._layers:
                heads = functional.linear(states, *layer["qkv"]).view(count, longest, 3, self._heads, -1)
                query, key, value = heads.permute(2, 0, 3, 1, 4)
                seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen_by_all)
                seen = functional.linear(seen.transpose(1, 2).reshape(states.shape), *layer["out"])
                states = self._norm(states + seen, layer["out_norm"])
                wide = functional.gelu(functional.linear(states, *layer["wide"]))
                states = self._norm(states + functional.linear(wide, *layer["narrow"]), layer["narrow_norm"])
            result: Vectors = states.float().numpy()
        return result

    def _norm(self, states: Any, weights: tuple[Any, Any]) -> Any:
        from torch.nn import functional

        return functional.layer_norm(states, states.shape[-1:], *weights, self._epsilon)


def _layer(of: dict[str, Any], name: str) -> dict[str, tuple[Any, Any]]:
    import torch

    parts = [_pair(of, f"{name}.attention.self.{part}") for part in ("query", "key", "value")]
    return {
        "qkv": (torch.cat([weight for weight, _ in parts]), torch.cat([bias for _, bias in parts])),
        "out": _pair(of, f"{name}.attention.output.dense"),
        "out_norm": _pair(of, f"{name}.attention.output.LayerNorm"),
        "wide": _pair(of, f"{name}.intermediate.dense"),
        "narrow": _pair(of, f"{name}.output.dense"),
        "narrow_norm": _pair(of, f"{name}.output.LayerNorm"),
    }


def _pair(of: dict[str, Any], name: str) -> tuple[Any, Any]:
    return of[f"{name}.weight"], of[f"{name}.bias"]
