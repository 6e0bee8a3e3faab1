"""Small helpers of the tests that talk to the server."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.support.ollama.conformance import NDJSON
from tests.support.ollama.scripted import ScriptedBackend
from tests.support.ollama.server import OllamaServer
from tests.support.patience import PATIENCE_S

MODEL = "llama3.1:8b"

Scripted = OllamaServer[ScriptedBackend]


def ask(text: str, **more: Any) -> dict[str, Any]:
    """A body for ``/api/chat`` with one user message."""
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], **more}


def post(server: OllamaServer[Any], path: str, body: dict[str, Any], timeout: float = PATIENCE_S) -> httpx.Response:
    """The whole answer; ``timeout`` in seconds."""
    return httpx.post(server.url + path, json=body, timeout=timeout)


def text_of(response: httpx.Response) -> str:
    """The reply in an answer of ``/api/chat`` that was not streamed."""
    return str(response.json()["message"]["content"])


def lines(server: OllamaServer[Any], path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of a streamed answer."""
    with httpx.stream("POST", server.url + path, json=body, timeout=PATIENCE_S) as response:
        assert response.headers["content-type"] == NDJSON
        return [json.loads(line) for line in response.iter_lines()]
