"""Golden questions: what somebody asks whose right answer is known, in the format that ``polydesk eval`` reads."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from app.errors import AppUserError

_QUESTIONS = ".jsonl"


class GoldenQuestion(BaseModel):
    """A line of the data; what else stands there is left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    question: str
    language: str = ""
    answerable: bool = True
    documents: tuple[str, ...] = ()  # paths below the folder that was ingested
    quote: str = ""


def sample_golden() -> Path:
    """The golden questions on the sample that comes with polydesk."""
    return Path(str(resources.files("ingest") / "sample" / "golden"))


def read_golden(path: Path) -> list[GoldenQuestion]:
    """The questions in a file of JSON lines or YAML, or in every ``.jsonl`` file of a folder.

    :raises AppUserError: it cannot be read, or a question is not as it should be.
    """
    files = sorted(each for each in path.iterdir() if each.suffix == _QUESTIONS) if path.is_dir() else [path]
    return [
        _question(file, number, entry) for file in files for number, entry in enumerate(_entries(file, _text(file)), 1)
    ]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AppUserError(f"--golden {path}: it cannot be read ({error}); name a file of golden questions") from None


def _entries(path: Path, text: str) -> list[Any]:
    try:
        if path.suffix in (".yaml", ".yml"):
            loaded = yaml.safe_load(text) or []
            return loaded if isinstance(loaded, list) else [loaded]
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, yaml.YAMLError) as error:
        raise AppUserError(f"--golden {path}: {' '.join(str(error).split())}") from None


def _question(path: Path, number: int, entry: Any) -> GoldenQuestion:
    try:
        return GoldenQuestion.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise AppUserError(f"--golden {path}: question {number}: {where}: {first['msg']}") from None
