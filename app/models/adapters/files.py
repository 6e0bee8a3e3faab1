"""Find an adapter on disk: PEFT's folder of safetensors, or one GGUF file. Nothing outside of it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.errors import AppUserError
from app.models.adapters.gguf_file import read_gguf
from app.models.adapters.safetensors_file import read_safetensors
from app.models.adapters.weights import Pair, pairs_of

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
_PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt")
_LARGEST = 8 << 30  # bytes; of rank 256 on a model of 70 billion parameters
_LARGEST_CONFIG = 1 << 20


class PeftConfig(BaseModel):
    """``adapter_config.json``, as far as it matters here; what else stands in it is left alone."""

    model_config = ConfigDict(extra="ignore")

    peft_type: str
    base_model_name_or_path: str = ""
    task_type: str | None = None
    r: int = Field(gt=0, le=4096)
    lora_alpha: float = Field(gt=0)
    bias: str = "none"
    use_dora: bool = False
    modules_to_save: list[str] | None = None
    rank_pattern: dict[str, int] | None = None  # layers with a rank of their own


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter that was looked at.

    :param files: what is sent, by the name it has there.
    :param architecture: that it was made for, as GGUF says it; empty for safetensors.
    :param trained_on: the base in the words of whoever trained it.
    """

    path: Path
    format: Literal["safetensors", "gguf"]
    files: Mapping[str, Path]
    pairs: tuple[Pair, ...]
    architecture: str = ""
    trained_on: str = ""

    @property
    def bytes(self) -> int:
        """Of all its files."""
        return sum(file.stat().st_size for file in self.files.values())


def find_adapter(path: Path) -> Adapter:
    """The adapter in a folder or a file.

    :raises AppUserError: there is none that can be used.
    """
    if path.is_dir():
        return _peft(path)
    if not path.is_file():
        raise AppUserError(f"{path}: no such file or folder; give PEFT's folder or a GGUF file")
    if path.suffix.lower() == ".gguf":
        return _gguf(path)
    if path.name == WEIGHTS:
        raise AppUserError(f"{path}: give its folder, which holds {CONFIG} as well")
    raise _unusable(path)


def _peft(folder: Path) -> Adapter:
    files = {name: _confined(folder, name) for name in (CONFIG, WEIGHTS)}
    config = _config(files[CONFIG])
    pairs = pairs_of(str(files[WEIGHTS]), read_safetensors(files[WEIGHTS]))
    if not {pair.rank for pair in pairs} <= {config.r} and not config.rank_pattern:
        raise AppUserError(f"{folder}: {CONFIG} says rank {config.r} and the weights say another; copy both again")
    return Adapter(folder, "safetensors", files, pairs, trained_on=config.base_model_name_or_path)


def _gguf(file: Path) -> Adapter:
    _check_size(file, _LARGEST)
    found = read_gguf(file)
    kind, lora = found.values.get("general.type"), found.values.get("adapter.type")
    if (kind, lora) != ("adapter", "lora"):
        raise AppUserError(f"{file}: this is a GGUF file of a {str(kind or 'model')[:20]} and no LoRA adapter")
    return Adapter(
        file,
        "gguf",
        {"adapter.gguf": file},
        pairs_of(str(file), found.tensors),
        str(found.values.get("general.architecture", "")),
        str(found.values.get("general.base_model.0.name", "")),
    )


def _config(file: Path) -> PeftConfig:
    _check_size(file, _LARGEST_CONFIG)
    try:
        config = PeftConfig.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise AppUserError(f"{file}: {where}: {first['msg']}") from None
    refused = {
        f"it is of type {config.peft_type[:20]}, and Ollama takes LoRA": config.peft_type.upper() != "LORA",
        "it is not for writing text": config.task_type not in (None, "CAUSAL_LM"),
        "it is a DoRA, which Ollama does not know": config.use_dora,
        "it changes biases, which Ollama does not do": config.bias != "none",
        "it replaces whole layers (modules_to_save), which Ollama does not do": bool(config.modules_to_save),
        "lora_alpha is no whole number, and Ollama takes no other": not config.lora_alpha.is_integer(),
    }
    if why := next((why for why, is_so in refused.items() if is_so), None):
        raise AppUserError(f"{file}: {why}; merge it into its base and import that, or train another")
    return config


def _confined(folder: Path, name: str) -> Path:
    """The file of that name, which has to lie in the folder itself."""
    file = folder / name
    if not file.exists():
        raise (
            _unusable(folder) if _pickles(folder) else AppUserError(f"{folder}: {name} is missing; give PEFT's folder")
        )
    if folder.resolve() not in file.resolve().parents or not file.is_file():
        raise AppUserError(f"{file}: it leads out of the folder; copy the file itself there")
    _check_size(file, _LARGEST)
    return file


def _check_size(file: Path, largest: int) -> None:
    size = file.stat().st_size
    if size == 0 or size > largest:
        raise AppUserError(f"{file}: it has {size} bytes, and an adapter's has from 1 to {largest}")


def _pickles(folder: Path) -> list[Path]:
    return [each for each in folder.iterdir() if each.suffix.lower() in _PICKLES]


def _unusable(path: Path) -> AppUserError:
    if path.is_dir() or path.suffix.lower() in _PICKLES:
        return AppUserError(
            f"{path}: weights in Python's pickle format can run code when they are opened and are not touched; "
            "save the adapter with safe_serialization=True"
        )
    return AppUserError(f"{path}: not the form of an adapter; give PEFT's folder or a GGUF file")
