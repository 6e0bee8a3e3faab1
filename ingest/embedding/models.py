"""Find, prepare and open the embedding model that the settings name."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Literal
from weakref import WeakValueDictionary

from ingest.embedding import bundle
from ingest.embedding.base import Embedder
from ingest.embedding.folders import model_folder
from ingest.folders import make_folder

Purpose = Literal["query", "few", "bulk"]
Runtime = Literal["auto", "onnx", "torch", "torch-bf16"]
# A model takes half a gigabyte: whoever opens one that another part of this process has open shares it.
_open: MutableMapping[tuple[Path, str, str, Runtime, bool], Embedder] = WeakValueDictionary()
_opening = threading.Lock()
_WEIGHTS = ("*.safetensors", "*.bin", "tokenizer.json", "config.json", "modules.json")


def open_embedder(name: str, models: Path, purpose: Purpose = "query", runtime: Runtime = "auto") -> Embedder:
    """Open the embedding model ``name``, preparing it first where that is needed; shared by all who have it open.

    :param name: ``multilingual-e5-small`` for the bundle, a folder, or a hub id.
    :param models: folder under ``POLYDESK_HOME`` where models are unpacked and kept.
    :param purpose: ``query`` wants a quick start, ``few`` texts want the quickest there is, ``bulk`` wants speed.
    :raises IngestUserError: the model cannot be found or read.
    """
    folder = prepare_model(name, models)
    fingerprint = _fingerprint(folder, name)
    chosen = runtime_for(name, purpose, runtime)
    few_texts = chosen == "onnx" and purpose == "few" and name == bundle.BUNDLE_NAME
    key = folder.resolve(), name, fingerprint, chosen, few_texts
    with _opening:
        embedder = _open.get(key) or _opened(folder, name, fingerprint, chosen, few_texts)
        _open[key] = embedder
    return embedder


def _opened(folder: Path, name: str, fingerprint: str, chosen: Runtime, few_texts: bool) -> Embedder:
    if chosen == "onnx":
        from ingest.embedding.onnx import OnnxEmbedder
        from ingest.embedding.onnx_export import export

        export(folder)
        return OnnxEmbedder(folder, name, fingerprint, few_texts=few_texts)
    if chosen == "torch-bf16" and name == bundle.BUNDLE_NAME:
        from ingest.embedding.bert import BertEmbedder

        return BertEmbedder(folder, name, fingerprint)
    from ingest.embedding.transformer import TransformerEmbedder

    return TransformerEmbedder(folder, name, fingerprint, bf16=chosen == "torch-bf16")


def fingerprint_of(name: str, models: Path) -> str:
    """The fingerprint of a model that is not opened; it is prepared where that is needed.

    :raises IngestUserError: the model cannot be found.
    """
    return _fingerprint(prepare_model(name, models), name)


def prepare_model(name: str, models: Path) -> Path:
    """Make the model's folder exist and return it.

    :raises IngestUserError: the model cannot be found, or kept in ``models``.
    """
    if name == bundle.BUNDLE_NAME:
        make_folder(models)
        return bundle.unpack(models / name)
    names = f"{bundle.BUNDLE_NAME}, a folder, or a hub id that this machine can reach"
    return model_folder(name, models, "embedding model", f"set POLYDESK_EMBEDDING_MODEL to {names}")


def processor_has_bf16() -> bool:
    """Whether matrix products in bf16 are native, so that they are faster and not slower than fp32."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags or " bf16 " in flags


def runtime_for(name: str, purpose: Purpose, runtime: Runtime) -> Runtime:
    """What the model runs on here: what was said, or else what is best for the purpose on this processor."""
    if runtime != "auto":
        return runtime
    if purpose == "bulk" and processor_has_bf16():
        return "torch-bf16"
    return "onnx" if name == bundle.BUNDLE_NAME else "torch"


def _fingerprint(folder: Path, name: str) -> str:
    """Digest of the model's files, kept beside them because reading 500 MB takes half a second."""
    files = sorted(path for pattern in _WEIGHTS for path in folder.glob(pattern))
    state = [[path.name, path.stat().st_size, path.stat().st_mtime_ns] for path in files]
    kept = folder / "polydesk-fingerprint.json"
    with suppress(OSError, ValueError, KeyError):  # not kept yet, or of another form: made anew below
        known = json.loads(kept.read_text(encoding="utf-8"))
        if known["files"] == state:
            return str(known["fingerprint"])
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode())
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    fingerprint = digest.hexdigest()[:16]
    with suppress(OSError):  # a read-only model folder costs the time again, nothing else
        kept.write_text(json.dumps({"files": state, "fingerprint": fingerprint}), encoding="utf-8")
    return fingerprint
