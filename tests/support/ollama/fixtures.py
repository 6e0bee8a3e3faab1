"""Fixtures: a scripted server for one test, and a real small model for the whole session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ollama.conformance import Description
from tests.support.ollama.scripted import ScriptedBackend
from tests.support.ollama.server import DEFAULT_MODELS, OllamaServer
from tests.support.ollama.smol import MODEL, SmolBackend, WeightsMissingError, find_weights


@pytest.fixture
def ollama_scripted() -> Iterator[OllamaServer[ScriptedBackend]]:
    """A fresh server; ``ollama_scripted.backend.enqueue("…")`` says what it will answer."""
    with OllamaServer(ScriptedBackend()) as server:
        yield server


@pytest.fixture(scope="session")
def ollama_smol() -> Iterator[OllamaServer[SmolBackend]]:
    """SmolLM2-135M under its own tag ``smollm2:135m`` and under the default ones; shared, so keep replies short."""
    pytest.importorskip("cyllama")
    try:
        find_weights()
    except WeightsMissingError as error:
        pytest.skip(str(error))
    backend = SmolBackend()
    with OllamaServer(backend, models=(MODEL, *DEFAULT_MODELS)) as server:
        yield server
    backend.close()


@pytest.fixture(scope="session")
def ollama_description() -> Description:
    """Ollama's own OpenAPI description, from the folder beside the repository."""
    file = Path(__file__).resolve().parents[3].parent / "shared" / "ollama-openapi.yaml"
    if not file.is_file():
        pytest.skip("the folder `shared` with ollama-openapi.yaml is not beside the repository")
    return Description(file)
