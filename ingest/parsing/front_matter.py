"""The YAML block at the head of a Markdown file."""

from __future__ import annotations

import re

import yaml

from ingest.errors import DocumentError
from ingest.parsing.properties import field_named, renamed

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_AUDIENCE = "write who may read it, such as agent, or remove the line"
_LOOKS_LIKE = re.compile(r"\A\ufeff?---[ \t]*\n[A-Za-z_]\w*[ \t]*:")


def split_front_matter(text: str, name: str) -> tuple[dict[str, str], str]:
    """The scalar entries of the front matter as strings, under our names for them, and the text after it.

    Lists are joined with ``", "``. Values are read as written: ``no`` is Norwegian, not false.

    :raises DocumentError: ``wrong-format`` with the line, for YAML that cannot be read.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        if _LOOKS_LIKE.match(text):
            raise DocumentError(
                "wrong-format", f"{name}, line 1: the front matter is not closed; end it with a line '---'"
            )
        return {}, text
    if not match[1].strip():
        return {}, text[match.end() :]
    try:
        loaded = yaml.load(match[1], Loader=yaml.BaseLoader)  # noqa: S506  # builds strings, lists and mappings only
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise DocumentError("wrong-format", f"{name}, line {line}: front matter: {problem}; correct it") from error
    if not isinstance(loaded, dict):
        if "\n\n" in match[1]:  # two horizontal rules with prose in between
            return {}, text
        raise DocumentError("wrong-format", f"{name}, line 2: the front matter is not 'key: value' lines; correct it")
    said = {str(key): _string(raw) for key, raw in loaded.items()}
    for key, value in said.items():
        if field_named(key) == "audience" and not value:  # left out, everybody could read it
            raise DocumentError("wrong-format", f"{name}: {key} in the front matter is empty; {_AUDIENCE}")
    return renamed({key: value for key, value in said.items() if value}, name), text[match.end() :]


def _string(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value if isinstance(item, str))
    return value.strip() if isinstance(value, str) and value.strip() not in ("~", "null") else ""
