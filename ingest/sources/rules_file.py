"""One ``polydesk.yaml``: read, checked, and refused with the line that is wrong."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError, model_validator

from ingest.documents import DocumentKind
from ingest.errors import IngestUserError
from ingest.parsing.dates import UnclearDateError, read_date
from ingest.sources.access import audience_named
from ingest.sources.dated_names import name_pattern
from ingest.sources.patterns import path_pattern

RULES_FILE = "polydesk.yaml"
_MAX_BYTES = 1_000_000
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*")
_SAFE = "; nothing in this folder was read, since who may read it is not known"


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return read_date(value)
    except UnclearDateError as error:
        raise ValueError(f"{error}; write it as 2026-03-01") from None


def _audience(value: object) -> object:
    return audience_named(value) if isinstance(value, str) else value


def _language(value: object) -> object:
    if isinstance(value, str) and not (match := _LANGUAGE.fullmatch(value.strip())):
        raise ValueError(f"{value!r} is no language code; write for example ja or pt")
    return match[1].lower() if isinstance(value, str) and match else value


def _path_pattern(value: object) -> object:
    return path_pattern(value) if isinstance(value, str) else value


def _name_patterns(value: object) -> object:
    patterns = [value] if isinstance(value, str) else value
    if not isinstance(patterns, list):
        raise ValueError("write one pattern or a list of patterns")
    return tuple(name_pattern(str(each)) for each in patterns)


_Day = Annotated[date | None, BeforeValidator(_day)]
_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Rule(BaseModel):
    """What holds for the files that match; ``enforce`` means that neither they nor later rules change it."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    match: Annotated[re.Pattern[str], BeforeValidator(_path_pattern)]
    ignore: bool | None = None
    enforce: bool = False
    audience: Annotated[str | None, BeforeValidator(_audience)] = None
    kind: DocumentKind | None = None
    customer: _Word | None = None
    language: Annotated[str | None, BeforeValidator(_language)] = None
    effective_from: _Day = None
    effective_to: _Day = None
    author: _Word | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Rule:
        if not self.said():
            raise ValueError("the rule says nothing; add for example audience: manager, or ignore: true")
        return self

    def said(self) -> dict[str, Any]:
        """The fields that the rule sets, under their own names."""
        fields = self.model_fields_set - {"match", "enforce"}
        return {name: value for name in fields if (value := getattr(self, name)) is not None}


class RulesFile(BaseModel):
    """The content of one ``polydesk.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    name_pattern: Annotated[tuple[re.Pattern[str], ...], BeforeValidator(_name_patterns)] = ()
    rules: tuple[Rule, ...] = ()


def read_rules(path: Path) -> RulesFile:
    """The rules in one file.

    :raises IngestUserError: it cannot be read or is not valid; one line with the file, the line and what to do.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise IngestUserError(f"{path}: too large for a file of rules{_SAFE}")
        text = path.read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        # Every scalar as it is written: a customer 0017 is no number, and "no" is Norwegian.
        data = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # builds strings, lists and mappings only
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text, or nested too deeply"
        raise IngestUserError(f"{path}: cannot be read ({reason}); mend it{_SAFE}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise IngestUserError(f"{path}, line {mark.line + 1 if mark else 1}: {problem}; mend it{_SAFE}") from None
    if node is None:
        return RulesFile()
    if double := _double_key(node):
        line, key = double
        raise IngestUserError(f"{path}, line {line}: “{key}” is there twice; keep one{_SAFE}")
    try:
        return RulesFile.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"] if isinstance(part, str)) or "the file"
        message = _message(first["type"], str(first["msg"]).removeprefix("Value error, "), place)
        raise IngestUserError(f"{path}, line {_line(node, first['loc'])}: {message}{_SAFE}") from None


def _message(kind: str, message: str, place: str) -> str:
    if kind == "extra_forbidden":
        fields = sorted({*RulesFile.model_fields, *Rule.model_fields})
        return f"{place.rpartition('.')[2]} is not known; use {', '.join(fields)}"
    return f"{place}: {message}"


def _line(node: yaml.Node, place: tuple[int | str, ...]) -> int:
    """The line, from 1, of the entry at ``place``; of what is around it where it is missing."""
    line = node.start_mark.line
    for step in place:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == step:
                    line, node = key.start_mark.line, value
                    break
            else:
                break
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
        else:
            break
    return int(line) + 1


def _double_key(root: yaml.Node) -> tuple[int, str] | None:
    """The first key that a mapping has twice: YAML takes the last and says nothing."""
    waiting, met = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in met:  # an alias
            continue
        met.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                if key.value in keys:
                    return int(key.start_mark.line) + 1, str(key.value)
                if isinstance(key.value, str):
                    keys.add(key.value)
                waiting.append(value)
    return None
