"""Golden questions that a change touches: their right answer stands in a document that says something else now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from app.desk.changes.brief import Brief
from app.desk.changes.normal import normal
from app.errors import AppUserError


class GoldenQuestion(BaseModel):
    """A line of the data as ``polydesk eval golden`` reads it; what else stands there is left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    question: str
    language: str = ""
    answerable: bool = True
    documents: tuple[str, ...] = ()  # paths below the folder that was ingested
    quote: str = ""


@dataclass(frozen=True, slots=True)
class TouchedGolden:
    """A golden question; ``quote_gone`` where the words that answer it are not there any more."""

    id: str
    question: str
    language: str
    quote: str
    quote_gone: bool


def read_golden(path: Path) -> list[GoldenQuestion]:
    """The questions in a file of JSON lines or YAML.

    :raises AppUserError: it cannot be read, or a question is not as it should be.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AppUserError(f"--golden {path}: it cannot be read ({error}); name a file of golden questions") from None
    return [_question(path, number, entry) for number, entry in enumerate(_entries(path, text), 1)]


def touched_golden(brief: Brief, questions: Sequence[GoldenQuestion]) -> list[TouchedGolden]:
    """The questions whose answer a change touches."""
    if brief.what == "new":
        return []
    address = unquote(brief.uri)
    changed = [normal(change.old, change.language).letters for change in brief.changes if change.old]
    found = []
    for each in questions:
        if not any(address.endswith(f"/{path}") or path == brief.document for path in each.documents):
            continue
        letters = normal(each.quote, brief.language).letters
        gone = brief.what == "retired" or any(letters and (letters in old or old in letters) for old in changed)
        if gone or not each.quote:
            found.append(TouchedGolden(each.id, each.question, each.language or brief.language, each.quote, gone))
    return found


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
