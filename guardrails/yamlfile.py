"""Read a YAML file into a pydantic model, with errors that name the file and the line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from guardrails.errors import PolicyError

Model = TypeVar("Model", bound=BaseModel)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C takes a tenth of the time, and may not be there


def load_yaml(path: Path, model: type[Model]) -> Model:
    """The validated content of ``path``.

    :raises PolicyError: when the file is missing, is not YAML, repeats a key or does not fit ``model``.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PolicyError(path, None, "the file does not exist; restore it or give another path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(path, None, f"the file cannot be read as UTF-8 text: {error}") from error
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        _refuse_repeated_keys(path, root)
        content = loader.construct_document(root) if root is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise PolicyError(path, mark.line + 1 if mark else None, f"not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise PolicyError(path, None, f"not valid YAML: {error}") from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        # A misspelt key is missing under its right name too; the misspelling is what the reader can see.
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise PolicyError(path, _line_of(root, first["loc"]), f"{where}: {_says(first)}") from error


def lines_of(path: Path) -> Callable[[Sequence[str | int]], int | None]:
    """Tells the 1-based line of an entry of a file that :func:`load_yaml` accepts, by the keys and indices to it."""
    root = _Loader(path.read_text(encoding="utf-8")).get_single_node()
    return lambda location: _line_of(root, location)


def _says(error: ErrorDetails) -> str:
    if error["type"] == "extra_forbidden":
        return "this key is not known; check its spelling"
    return error["msg"][:1].lower() + error["msg"][1:]


def _refuse_repeated_keys(path: Path, node: yaml.Node | None) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise PolicyError(path, key.start_mark.line + 1, f"{key.value!r} is given twice; keep one")
            seen.add(key.value)
            _refuse_repeated_keys(path, value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_repeated_keys(path, value)


def _line_of(root: yaml.Node | None, location: Sequence[str | int]) -> int | None:
    """The line of the deepest node of ``location`` that the file has."""
    if root is None:
        return 1
    line, node = root.start_mark.line + 1, root
    for step in location:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(step)]
            if not found:
                break
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line
