"""A route is chosen, listed and looked after as any model is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.doctor import find_model
from app.models.chosen import chosen_model
from app.settings import Settings
from tests.support.command import Command
from tests.support.ollama import OllamaServer, ScriptedBackend
from tests.support.ollama.asking import Scripted

ROUTE = "routed:ollama:llama3.1:8b,ollama:mistral:7b"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLYDESK_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    with OllamaServer(ScriptedBackend(), models=("llama3.1:8b", "mistral:7b")) as running:
        monkeypatch.setenv("POLYDESK_OLLAMA_URL", running.url)
        yield running


@pytest.mark.parametrize("name", ["routed:llama3.1:8b,mistral:7b", "routed:llama3.1-8b,mistral-7b", ROUTE])
def test_a_route_becomes_the_default_with_the_duties_of_both(
    polydesk: Command, home: Path, server: Scripted, name: str
) -> None:
    status, out, err = polydesk("models", "use", name)
    assert (status, err) == (0, "")
    assert f"{ROUTE} answers" in out
    assert "Built with Llama" in out
    assert "Apache" in out
    assert chosen_model(home) == ROUTE
    assert json.loads(polydesk("models", "list", "--json")[1])["default"] == ROUTE
    assert "routed:" in polydesk("models", "list")[1]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("routed:llama3.1:8b,mistral-small:24b", "run `polydesk models pull mistral-small:24b`"),
        ("routed:mistral-small:24b,llama3.1:8b", "run `polydesk models pull mistral-small:24b`"),
        ("routed:llama3.1:8b,llama-guard3:8b", "is for guard"),
        ("routed:llama3.1:8b,llama3.1-8b", "small and large are the same model"),
        ("routed:llama3.1:8b", "name a small and a large model"),
    ],
)
def test_both_models_are_looked_at_before_a_route_is_chosen(
    polydesk: Command, home: Path, server: Scripted, name: str, says: str
) -> None:
    status, _, err = polydesk("models", "use", name)
    assert status == 2
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert chosen_model(home) is None


def test_the_doctor_looks_at_both(server: Scripted) -> None:
    settings = Settings(ollama_url=server.url, model=ROUTE)
    found = find_model(settings)
    assert (found.state, "llama3.1:8b" in found.detail, "mistral:7b" in found.detail) == ("ok", True, True)
    found = find_model(settings.model_copy(update={"model": "routed:llama3.1:8b,mistral-small:24b"}))
    assert (found.state, found.what_to_do) == ("missing", "run `ollama pull mistral-small:24b`")
    server.stop()
    found = find_model(settings)
    assert (found.state, found.needed, "ollama serve" in found.what_to_do) == ("missing", False, True)
