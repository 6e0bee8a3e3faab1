"""Scripts as YAML: a list of replies, each a text or a mapping.

- Returns are free within 30 days.
- text: Let me look.
  chunk_chars: 3
  pause_s: 0.2
- fault: {kind: http, status: 503, error: "server busy, please try again."}
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from tests.support.ollama.scripted import Fault, Reply


class ScriptError(Exception):
    """The file is not a script; the message says where."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Fault(_Strict):
    kind: Literal["http", "disconnect", "hang", "error_line"]
    after: int = 0
    status: int = 500
    error: str = ""


class _Reply(_Strict):
    text: str | dict[str, Any] | list[Any] | None = ""
    chunk_chars: int | None = None
    chunks: list[str] | None = None
    pause_s: float = 0.0
    fault: _Fault | None = None
    prompt_eval_count: int | None = None
    check_format: bool = True


def load_script(path: Path) -> list[str | Reply]:
    """The replies in ``path``.

    :raises ScriptError: it cannot be read, is not YAML, or an entry is not a reply.
    """
    try:
        entries = TypeAdapter(list[str | _Reply]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise ScriptError(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ScriptError(f"{path}: entry {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    return [entry if isinstance(entry, str) else _reply(entry) for entry in entries]


def _reply(entry: _Reply) -> Reply:
    fields = entry.model_dump(exclude={"fault"})
    return Reply(**fields, fault=Fault(**entry.fault.model_dump()) if entry.fault else None)
