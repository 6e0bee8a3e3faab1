"""Comparisons of models, kept in the home: what a page shows of one, and the whole as an HTML page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from app.quality.runs import Figure
from app.replacing import replace_text

_FOLDER = "comparisons"


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Suite(_Read):
    intervals: dict[str, Figure] = {}


class Flaw(_Read):
    """One thing that is wrong with a model."""

    code: str
    said: str


class ComparedModel(_Read):
    """A model with its figures and flaws."""

    model: str
    suites: dict[str, _Suite] = {}
    flaws: tuple[Flaw, ...] = ()


class Advice(_Read):
    """Which model for what."""

    use: str
    model: str
    because: str = ""


class Comparison(_Read):
    """Models side by side."""

    models: tuple[ComparedModel, ...]
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True)
class KeptComparison:
    """One of them, and when it was made."""

    at: datetime
    content: Comparison
    page: Path | None  # HTML


def keep_comparison(home: Path, content: Mapping[str, Any], page: str, now: datetime | None = None) -> None:
    """Keep what ``--json`` prints and the HTML page; a home that nothing can be written to has none."""
    name = f"{now or datetime.now(UTC):%Y-%m-%dT%H-%M-%S}"
    folder = home / _FOLDER
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
        replace_text(folder / f"{name}.json", json.dumps(content, ensure_ascii=False))


def last_comparison(home: Path) -> KeptComparison | None:
    """The latest that this version can read."""
    for file in sorted((home / _FOLDER).glob("*.json"), reverse=True):
        try:
            at = datetime.strptime(file.stem, "%Y-%m-%dT%H-%M-%S").replace(tzinfo=UTC)
            content = Comparison.model_validate_json(file.read_bytes())
        except (OSError, ValueError, ValidationError):
            continue
        html = file.with_suffix(".html")
        return KeptComparison(at, content, html if html.is_file() else None)
    return None
