"""Does an answer satisfy Ollama's own OpenAPI description?

The description requires nothing and allows everything, so a misspelt field
would pass. ``problems`` therefore also names the fields it does not describe.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS31Validator, oas31_format_checker

JSON = "application/json"
NDJSON = "application/x-ndjson"

# What ollama sends beyond its own description, by the field's path.
_UNDESCRIBED = {
    "/api/show": {"modelfile"},
    "/api/tags": {"models.details.parent_model"},
    "/api/chat": {
        "done_reason",
        "total_duration",
        "load_duration",
        "prompt_eval_count",
        "prompt_eval_duration",
        "eval_count",
        "eval_duration",
    },
}


class Description:
    """The OpenAPI document of the server."""

    def __init__(self, file: Path) -> None:
        self._document: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))

    def problems(self, path: str, answer: object, content_type: str = JSON) -> list[str]:
        """What is wrong with one answer of ``path``, or with one line of its stream."""
        operation = self._operation(path)
        schema = operation["responses"]["200"]["content"][content_type]["schema"]
        unknown = [name for name in self._unknown(schema, answer, "") if name not in _UNDESCRIBED.get(path, set())]
        return [*self._violations(schema, answer), *(f"{name}: not described" for name in unknown)]

    def request_problems(self, path: str, body: object) -> list[str]:
        """What is wrong with a body sent to ``path``."""
        return self._violations(self._operation(path)["requestBody"]["content"][JSON]["schema"], body)

    def error_problems(self, answer: object) -> list[str]:
        """What is wrong with an error answer."""
        return self._violations({"$ref": "#/components/schemas/ErrorResponse", "required": ["error"]}, answer)

    def _operation(self, path: str) -> dict[str, Any]:
        methods: dict[str, Any] = self._document["paths"][path]
        return dict(next(iter(methods.values())))

    def _violations(self, schema: dict[str, Any], instance: object) -> list[str]:
        whole = schema | {"components": self._document["components"]}
        validator = OAS31Validator(whole, format_checker=oas31_format_checker)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]

    def _unknown(self, schema: dict[str, Any], instance: object, prefix: str) -> list[str]:
        while "$ref" in schema:
            schema = self._document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        if isinstance(instance, list):
            return [name for item in instance for name in self._unknown(schema.get("items", {}), item, prefix)]
        described = schema.get("properties")
        if not isinstance(instance, dict) or described is None:
            return []
        missing = [prefix + name for name in instance if name not in described]
        return missing + [
            name
            for key, value in instance.items()
            if key in described
            for name in self._unknown(described[key], value, f"{prefix}{key}.")
        ]
