"""Which models were made of which base, in the home: an adapted model has its base's prompts, task and licence."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from app.errors import AppUserError
from app.replacing import replace_text

_FILE = "adapted.json"
_LATEST = ":latest"


class AdaptedModel(BaseModel):
    """One model that was made here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: str  # a tag
    adapter: str  # SHA-256 of its weights
    made: datetime


class _Records(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    models: dict[str, AdaptedModel] = {}


def adapted_models(home: Path) -> dict[str, AdaptedModel]:
    """By tag.

    :raises AppUserError: the file cannot be read.
    """
    path = home / _FILE
    try:
        return _Records.model_validate_json(path.read_text(encoding="utf-8")).models
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, ValidationError):
        raise AppUserError(f"{path} is damaged: remove it, and make your adapted models again") from None


def base_of(home: Path, tag: str) -> str | None:
    """The tag of the base that a model was made of; None for one that was not made here."""
    found = adapted_models(home).get(full_tag(tag))
    return found.base if found else None


def keep_adapted(home: Path, tag: str, model: AdaptedModel) -> None:
    """Remember a model; readers see all before or all after.

    :raises AppUserError: the home cannot be written to.
    """
    path = home / _FILE
    records = _Records(models={**adapted_models(home), full_tag(tag): model})
    try:
        home.mkdir(parents=True, exist_ok=True)
        replace_text(path, records.model_dump_json(indent=1) + "\n")
    except OSError as error:
        raise AppUserError(f"{path} cannot be written: {error.strerror}") from None


def full_tag(tag: str) -> str:
    """``name`` is ``name:latest``, as in Ollama."""
    lower = tag.lower().removeprefix("ollama:")
    return lower if ":" in lower else f"{lower}{_LATEST}"
