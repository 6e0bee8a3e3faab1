"""Runs on models that are not Ollama's: named as they are, without a digest, and the reason for that is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import Settings
from eval.errors import EvalUserError
from eval.runs.command import named
from eval.runs.describing import memory_of, model_version
from eval.runs.manifest import ListedModel
from tests.eval.made_runs import manifest
from tests.eval.runs.homes import home_over
from tests.support.command import Command
from tests.support.ollama import OllamaServer, ScriptedBackend
from tests.support.openai_server import OpenAIServer, Said

pytest.importorskip("langchain_openai")
pytest.importorskip("langchain_mistralai")

NAMES = ("openai:mistral-small", "mistralai:mistral-small")
GOLDEN = Path(__file__).resolve().parents[3] / "ingest" / "sample" / "golden"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    with OpenAIServer(default=Said("NO_ANSWER", prompt_tokens=2500)) as running:
        monkeypatch.setenv("POLYDESK_OPENAI_URL", running.url)
        monkeypatch.setenv("POLYDESK_MISTRAL_URL", running.url)
        monkeypatch.setenv("POLYDESK_MISTRAL_API_KEY", "sk-secret")
        yield running


def settings(server: OpenAIServer) -> Settings:
    return Settings(openai_url=server.url, mistral_url=server.url)


@pytest.mark.parametrize("name", NAMES)
def test_a_remote_model_keeps_its_name_and_what_its_server_lists(server: OpenAIServer, name: str) -> None:
    assert named(settings(server), name) == name
    found = model_version(settings(server), name)
    assert (found.name, found.digest, found.server) == (name, "", "127.0.0.1")
    assert found.listed == ListedModel(
        id="mistral-small", owned_by="vllm", root="/models/mistral-small", created=1_700_000_000
    )
    assert "no digests" in found.no_digest and "listed as mistral-small" in found.identity
    assert memory_of(settings(server), name) == 0


def test_a_bare_tag_is_ollamas_and_one_without_a_version_is_its_latest() -> None:
    assert named(Settings(), "llama3.1:8b") == "ollama:llama3.1:8b"
    with OllamaServer(ScriptedBackend(), ("mistral:latest",)) as ollama:
        assert model_version(Settings(ollama_url=ollama.url), named(Settings(), "mistral")).digest


def test_a_server_without_a_list_is_no_reason_to_stop_but_is_said(server: OpenAIServer) -> None:
    server.lists = False
    found = model_version(settings(server), NAMES[0])
    assert (found.listed, found.identity) == (None, "its server has no list of models")


def test_a_model_that_is_not_served_and_a_server_that_is_not_there_stop_the_run(server: OpenAIServer) -> None:
    with pytest.raises(EvalUserError, match="openai:llama is not on the server"):
        model_version(settings(server), "openai:llama")
    with pytest.raises(EvalUserError, match=r"no server answers at http://127\.0\.0\.1:9"):
        model_version(Settings(openai_url="http://127.0.0.1:9/v1"), NAMES[0])


def test_the_time_of_a_listing_makes_no_other_model_and_other_weights_do() -> None:
    def with_model(**listed: object) -> list[str]:
        model = manifest("one", []).model.model_copy(
            update={"name": NAMES[0], "listed": ListedModel.model_validate({"id": "mistral-small", **listed})}
        )
        return manifest("one", [], model=model).differences(other)

    other = manifest("one", [])
    other = other.model_copy(
        update={
            "model": other.model.model_copy(
                update={"name": NAMES[0], "listed": ListedModel(id="mistral-small", root="/a", created=1)}
            )
        }
    )
    assert with_model(root="/a", created=2) == []
    assert with_model(root="/b", created=1) == ["the language model"]


@pytest.mark.slow
def test_two_remote_models_are_run_and_compared(
    server: OpenAIServer, sample_home: Path, tmp_path: Path, polydesk: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYDESK_HOME", str(home_over(sample_home, tmp_path / "home")))
    golden = tmp_path / "golden"
    golden.mkdir()
    lines = (GOLDEN / "west.jsonl").read_text(encoding="utf-8").splitlines()
    (golden / "some.jsonl").write_text("\n".join(lines[:2]), encoding="utf-8")
    (golden / "suite.yaml").write_text((GOLDEN / "suite.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    status, out, err = polydesk("models", "compare", *NAMES, "--golden", golden, "--json")
    assert status == 0, err
    found = json.loads(out)
    assert [each["model"] for each in found["models"]] == list(NAMES)
    assert {each["manifest"]["model"]["digest"] for each in found["models"]} == {""}
    assert all(body["model"] == "mistral-small" for body in server.bodies) and server.bodies
    assert all(each["suites"]["golden"]["missing"] == {} for each in found["models"])
    status, _, err = polydesk("eval", "all", "--model", "openai:llama", "--suites", "golden")
    assert (status, len(err.strip().splitlines())) == (2, 1)
    assert "openai:llama is not on the server" in err
