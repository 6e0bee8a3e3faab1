"""Structured output: is a text what ``format`` asked for, and the smallest text that is."""

from __future__ import annotations

import json
from typing import Any

import jsonschema

from tests.support.ollama.backend import Format
from tests.support.ollama.errors import OllamaError

_MAX_DEPTH = 12


def parse_format(sent: object) -> Format:
    """``format`` of a request.

    :raises OllamaError: 500, it is neither ``"json"`` nor a schema (wording of ollama).
    """
    if sent is None or sent == "":
        return None
    if sent == "json":
        return "json"
    if isinstance(sent, dict):
        return sent
    raise OllamaError(500, f'invalid format: {json.dumps(sent)}; expected "json" or a valid JSON Schema object')


def problem_with(text: str, wanted: Format) -> str | None:
    """Why ``text`` is not what ``wanted`` asks for, None when it is."""
    if wanted is None:
        return None
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return f"not JSON: {error}"
    if wanted == "json":
        return None
    try:
        jsonschema.validate(value, wanted)
    except jsonschema.ValidationError as error:
        return f"does not satisfy the schema: {error.message}"
    return None


def instance_of(wanted: Format, text: str = "") -> str:
    """A JSON text that satisfies ``wanted``, with ``text`` in its strings where they are free."""
    schema: dict[str, Any] = {"type": "object"} if wanted is None or wanted == "json" else wanted
    return json.dumps(_value(schema, schema, text, 0), ensure_ascii=False)


def _value(schema: dict[str, Any], root: dict[str, Any], text: str, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        return None
    if "$ref" in schema:
        return _value(_resolve(schema["$ref"], root), root, text, depth + 1)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _value(schema[choice][0], root, text, depth + 1)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        properties = schema.get("properties", {})
        names = schema.get("required", list(properties))
        return {name: _value(properties.get(name, {}), root, text, depth + 1) for name in names}
    if kind == "array":
        item = schema.get("items", {})
        return [_value(item, root, text, depth + 1) for _ in range(schema.get("minItems", 0))]
    if kind == "string":
        return text[: schema.get("maxLength", len(text))].ljust(schema.get("minLength", 0), "x")
    if kind in {"integer", "number"}:
        return max(schema.get("minimum", 0), min(0, schema.get("maximum", 0)))
    return {"boolean": False}.get(kind)


def _resolve(reference: str, root: dict[str, Any]) -> dict[str, Any]:
    node: Any = root
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return dict(node)
