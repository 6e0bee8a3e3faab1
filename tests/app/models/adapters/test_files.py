"""Adapters on disk: read without loading them, and refused with the reason where they are not what they should be."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AppUserError
from app.models.adapters.files import find_adapter
from app.models.adapters.gguf_file import read_gguf
from app.models.adapters.safetensors_file import read_safetensors
from tests.app.models.adapters.made import gguf_file, peft_folder, peft_tensors


def refusal(path: Path) -> str:
    with pytest.raises(AppUserError) as raised:
        find_adapter(path)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_pefts_folder_is_read_as_it_was_saved(tmp_path: Path) -> None:
    found = find_adapter(peft_folder(tmp_path / "adapter"))
    assert (found.format, found.trained_on) == ("safetensors", "meta-llama/Llama-3.1-8B-Instruct")
    assert {(pair.layer, pair.module, pair.inputs, pair.outputs, pair.rank) for pair in found.pairs} == {
        (layer, *each) for layer in (0, 1) for each in (("q", 4096, 4096, 4), ("v", 4096, 1024, 4))
    }
    assert set(found.files) == {"adapter_config.json", "adapter_model.safetensors"}


def test_a_gguf_adapter_is_read_as_llama_cpp_writes_it(tmp_path: Path) -> None:
    found = find_adapter(gguf_file(tmp_path / "a.gguf"))
    assert (found.format, found.architecture, list(found.files)) == ("gguf", "llama", ["adapter.gguf"])
    assert {(pair.module, pair.inputs, pair.outputs, pair.rank) for pair in found.pairs} == {("q", 4096, 4096, 4)}


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"peft_type": "IA3"}, "it is of type IA3"),
        ({"use_dora": True}, "it is a DoRA"),
        ({"bias": "all"}, "it changes biases"),
        ({"modules_to_save": ["embed_tokens"]}, "it replaces whole layers"),
        ({"task_type": "SEQ_CLS"}, "it is not for writing text"),
        ({"lora_alpha": 8.5}, "lora_alpha is no whole number"),
        ({"r": 8}, "says rank 8 and the weights say another"),
        ({"r": 0}, "r: Input should be greater than 0"),
    ],
)
def test_what_ollama_cannot_use_is_said_before_anything_is_sent(
    tmp_path: Path, config: dict[str, Any], says: str
) -> None:
    assert says in refusal(peft_folder(tmp_path / "adapter", **config))


def test_layers_may_have_ranks_of_their_own_where_the_configuration_says_so(tmp_path: Path) -> None:
    assert find_adapter(peft_folder(tmp_path / "adapter", r=8, rank_pattern={"q_proj": 4})).pairs


@pytest.mark.parametrize(
    ("tensors", "says"),
    [
        ({"base_model.model.model.embed_tokens.lora_embedding_A": (4, 32)}, "is no LoRA matrix"),
        ({"base_model.model.model.layers.0.block_sparse_moe.gate.lora_A.weight": (4, 32)}, "is no LoRA matrix"),
        (dict(list(peft_tensors().items())[:1]), "do not fit together"),
        (peft_tensors(1) | {"base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight": (4096, 8)}, "do not fit"),
    ],
)  # fmt: skip
def test_matrices_that_are_no_lora_are_refused(tmp_path: Path, tensors: dict[str, tuple[int, ...]], says: str) -> None:
    assert says in refusal(peft_folder(tmp_path / "adapter", tensors))


TOUCHED = Path("polydesk-was-here")


class _Bomb:
    def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
        return Path.touch, (TOUCHED,)  # type: ignore[return-value]  # whatever pickle calls


@pytest.mark.parametrize("name", ["adapter_model.bin", "adapter.pt"])
def test_pickles_are_never_opened(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = peft_folder(tmp_path / "adapter")
    (folder / "adapter_model.safetensors").unlink()
    (folder / name).write_bytes(pickle.dumps(_Bomb()))
    assert "safe_serialization=True" in refusal(folder)
    assert "safe_serialization=True" in refusal(folder / name)
    assert not TOUCHED.exists()


def test_a_file_that_leads_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    folder = peft_folder(tmp_path / "adapter")
    outside = folder.rename(tmp_path / "outside")
    folder.mkdir()
    for file in outside.iterdir():
        (folder / file.name).symlink_to(file)
    assert "it leads out of the folder" in refusal(folder)


@pytest.mark.parametrize("missing", ["adapter_config.json", "adapter_model.safetensors"])
def test_what_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    folder = peft_folder(tmp_path / "adapter")
    (folder / missing).unlink()
    assert f"{missing} is missing" in refusal(folder)
    assert "no such file or folder" in refusal(tmp_path / "none")
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    assert "not the form of an adapter" in refusal(tmp_path / "notes.txt")


def test_a_whole_model_is_no_adapter(tmp_path: Path) -> None:
    assert "of a model and no LoRA adapter" in refusal(gguf_file(tmp_path / "a.gguf", kind="model"))


def header(**about: Any) -> bytes:
    entry = {"dtype": "F16", "shape": [2, 2], "data_offsets": [0, 8], **about}
    text = json.dumps({"a": entry}).encode()
    return len(text).to_bytes(8, "little") + text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no sensible length"),
        ((1 << 60).to_bytes(8, "little") + b"{}", "no sensible length"),
        ((9).to_bytes(8, "little") + b"{not json" + b"0" * 8, "not JSON"),
        ((20_000).to_bytes(8, "little") + b"[" * 20_000, "not JSON"),
        (header(dtype="F8"), "of type F8"),
        (header(shape=[2, -2]) + b"0" * 8, "no sensible shape"),
        (header(shape=[True, 4]) + b"0" * 8, "no sensible shape"),
        (header(shape=[1 << 40, 1 << 40]) + b"0" * 8, "not as large as its shape says"),
        (header(data_offsets=[0]) + b"0" * 8, "is not described"),
        (header(data_offsets=[8, 16]) + b"0" * 16, "overlap or leave gaps"),
        (header() + b"0" * 6, "copy it again"),
        (header() + b"0" * 80, "copy it again"),
    ],
)
def test_a_broken_safetensors_file_is_told_from_its_header(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "adapter_model.safetensors"
    file.write_bytes(content)
    with pytest.raises(AppUserError, match=says):
        read_safetensors(file)


@given(st.data())
def test_a_damaged_file_is_an_error_and_nothing_worse(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    whole = gguf_file(folder / "a.gguf", layers=1).read_bytes()[:700]
    cut = data.draw(st.integers(0, len(whole)))
    at, value = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 255))
    file = folder / "b.gguf"
    file.write_bytes((whole[:at] + bytes([value]) + whole[at + 1 :])[:cut])
    with pytest.raises(AppUserError):  # it always ends before its weights
        read_gguf(file)
