"""``polydesk models adapt``: checked before anything is sent, made on each server, afterwards known by its base."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import AppUserError
from app.models.adapters.records import adapted_models, base_of
from app.models.choosing import named_model, offered_models
from app.settings import Settings
from eval.compare.comparing import licence_of
from eval.runs.describing import model_version
from tests.app.models.adapters.made import gguf_file, peft_folder, peft_tensors
from tests.eval.made_runs import made_run
from tests.support.command import Command
from tests.support.ollama import OllamaServer, ScriptedBackend
from tests.support.ollama.asking import Scripted, post
from tests.support.ollama.conformance import Description

NAME, BASE = "support-llama:v1", "llama3.1:8b"
TAGS = (BASE, "mistral:7b", "llama3.2:3b", "mistral-small3.2:24b", "nomic-embed-text:v1.5", "smollm2:135m")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLYDESK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("POLYDESK_MODEL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    with OllamaServer(ScriptedBackend(), models=TAGS) as running:
        monkeypatch.setenv("POLYDESK_OLLAMA_URL", running.url)
        yield running


def adapt(polydesk: Command, adapter: Path, *more: object, name: str = NAME, base: str = BASE) -> tuple[int, str, str]:
    return polydesk("models", "adapt", name, "--base", base, "--adapter", adapter, *more)


def changes(server: Scripted) -> list[str]:
    """The requests that change something on the server."""
    found = [call for call in server.calls if call.path.startswith(("/api/blobs", "/api/create"))]
    return [call.path for call in found if call.method == "POST" and call.body.get("model") != ""]


def refusal(run: tuple[int, str, str], server: Scripted) -> str:
    status, _, err = run
    assert (status, len(err.strip().splitlines())) == (2, 1), err
    assert changes(server) == []
    return err


def test_an_adapter_becomes_a_model_with_its_bases_licence_and_family(
    polydesk: Command, home: Path, server: Scripted, tmp_path: Path
) -> None:
    folder = peft_folder(tmp_path / "adapter")
    status, out, err = adapt(polydesk, folder, name="llama-support:v1")
    assert status == 0, err
    assert "rank 4, 2 layers (q, v), trained on meta-llama/Llama-3.1-8B-Instruct" in out
    assert "Built with Llama" in out and "llama-support:v1 is at" in out
    body = next(call.body for call in server.calls if call.path == "/api/create" and call.body["model"])
    digest = hashlib.sha256((folder / "adapter_model.safetensors").read_bytes()).hexdigest()
    assert body["adapters"]["adapter_model.safetensors"] == f"sha256:{digest}"
    licence = post(server, "/api/show", {"model": "llama-support:v1"}).json()["license"]
    assert "Llama 3.1 Community License Agreement" in licence
    assert "Copyright © Meta Platforms, Inc." in licence and digest in licence
    settings = Settings(home=home, ollama_url=server.url)
    assert base_of(home, "ollama:llama-support:v1") == BASE
    assert named_model(settings, "llama-support:v1").family == "llama"
    assert "ollama:llama-support:v1" in offered_models(settings)


def test_what_is_sent_is_what_ollama_describes(
    polydesk: Command, home: Path, server: Scripted, tmp_path: Path, ollama_description: Description
) -> None:
    assert adapt(polydesk, gguf_file(tmp_path / "a.gguf"))[0] == 0
    bodies = [call.body for call in server.calls if call.path == "/api/create"]
    assert [ollama_description.request_problems("/api/create", body) for body in bodies] == [[], []]


def test_the_name_says_nothing_where_the_base_is_known(
    polydesk: Command, home: Path, server: Scripted, tmp_path: Path
) -> None:
    folder = peft_folder(tmp_path / "adapter", base_model_name_or_path="mistralai/Mistral-7B-Instruct-v0.3")
    status, out, err = adapt(polydesk, folder, "--json", name="returns-llama", base="mistral:7b")
    assert status == 0, err
    told = json.loads(out)
    assert (told["model"], told["base"], told["made"]) == ("ollama:returns-llama:latest", "ollama:mistral:7b", True)
    settings = Settings(home=home, ollama_url=server.url)
    assert named_model(settings, "returns-llama").family == "mistral"
    shown = json.loads(polydesk("models", "show", "returns-llama", "--json")[1])
    assert (shown["name"], shown["adapted"]["base"]) == ("mistral-7b", "ollama:mistral:7b")
    assert "returns-llama:latest (of mistral:7b)" in polydesk("models", "list")[1]
    status, out, _ = polydesk("models", "use", "returns-llama")
    assert status == 0 and "Apache License 2.0" in out
    version = model_version(settings, "ollama:returns-llama")
    run = made_run(tmp_path, "run", {}, model=version)
    found = licence_of(run)
    assert found is not None and found.licence.name == "Apache License 2.0"


def test_a_gguf_adapter_is_sent_once_and_made_on_every_server(
    polydesk: Command, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = gguf_file(tmp_path / "a.gguf")
    with OllamaServer(ScriptedBackend(), TAGS) as one, OllamaServer(ScriptedBackend(), TAGS) as two:
        monkeypatch.setenv("POLYDESK_OLLAMA_URL", f"{one.url},{two.url}")
        assert adapt(polydesk, file, "--json")[0] == 0
        for server in (one, two):
            assert [path.split("/")[2] for path in changes(server)] == ["blobs", "create"]
        status, _, err = adapt(polydesk, file)
        assert (status, "is at" in err and "--replace" in err) == (2, True)
        assert adapt(polydesk, file, "--replace", "--json")[0] == 0
        assert [path.split("/")[2] for path in changes(one)] == ["blobs", "create", "create"]
    assert set(adapted_models(home)) == {NAME}


def test_a_dry_run_looks_at_everything_and_sends_nothing(
    polydesk: Command, home: Path, server: Scripted, tmp_path: Path
) -> None:
    status, out, err = adapt(polydesk, peft_folder(tmp_path / "adapter"), "--dry-run")
    assert (status, changes(server), adapted_models(home)) == (0, [], {})
    assert "It fits. Nothing was sent." in out
    assert "begins with Llama" in err
    told = json.loads(adapt(polydesk, gguf_file(tmp_path / "a.gguf"), "--dry-run", "--json")[1])
    assert (told["made"], told["adapter"]["rank"], told["adapter"]["modules"]) == (False, 4, ["q"])
    assert "only its shapes were compared" in " ".join(told["notes"])


def test_a_server_that_takes_no_adapters_is_told_before_anything_is_sent(
    polydesk: Command, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OllamaServer(ScriptedBackend(), TAGS, adapters=False) as server:
        monkeypatch.setenv("POLYDESK_OLLAMA_URL", server.url)
        err = refusal(adapt(polydesk, peft_folder(tmp_path / "adapter"), "--dry-run"), server)
    assert "takes no LoRA adapters" in err and "vLLM or llama.cpp" in err


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"base": "mistral:7b"}, "trained on meta-llama/Llama-3.1-8B-Instruct (llama), and mistral:7b is a mistral"),
        ({"base": "llama3.2:3b"}, "a model 4096 wide, and llama3.2:3b is 3072 wide"),
        ({"base": "nomic-embed-text:v1.5"}, "is for embedding, not for answers"),
        ({"base": "llama3.3:70b"}, "run `polydesk models pull llama3.3:70b` first"),
        ({"name": "mistral:7b"}, "is the name of another model"),
        ({"name": BASE}, "is the name of another model"),
        ({"name": "Support Llama"}, "use small letters"),
        ({"name": "../x"}, "use small letters"),
        ({"name": "smollm2:135m"}, "is at"),
    ],
)
def test_what_does_not_fit_is_one_line_and_nothing_is_sent(
    polydesk: Command, home: Path, server: Scripted, tmp_path: Path, given: dict[str, str], says: str
) -> None:
    assert says in refusal(adapt(polydesk, peft_folder(tmp_path / "adapter"), **given), server)


def test_layers_that_the_base_does_not_have_and_other_architectures_are_refused(
    polydesk: Command, home: Path, server: Scripted, tmp_path: Path
) -> None:
    deep = {name.replace("layers.1.", "layers.40."): shape for name, shape in peft_tensors().items()}
    assert "it changes layer 41, and llama3.1:8b has 32" in refusal(
        adapt(polydesk, peft_folder(tmp_path / "deep", deep)), server
    )
    assert "it is for the architecture qwen2" in refusal(
        adapt(polydesk, gguf_file(tmp_path / "a.gguf", architecture="qwen2")), server
    )
    mistral = peft_folder(tmp_path / "m", base_model_name_or_path="mistralai/Mistral-Small-3.2-24B-Instruct-2506")
    assert "convert_lora_to_gguf.py" in refusal(adapt(polydesk, mistral, base="mistral-small3.2:24b"), server)


def test_a_server_that_loses_the_licence_is_no_success(
    polydesk: Command, home: Path, server: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = server._library.derive
    monkeypatch.setattr(server._library, "derive", lambda name, base, licences: whole(name, base, []))
    status, _, err = adapt(polydesk, gguf_file(tmp_path / "a.gguf"), "--json")
    assert status == 1 and "without its base's licence" in err
    assert adapted_models(home) == {}


def test_a_damaged_record_is_said(home: Path) -> None:
    home.mkdir(parents=True)
    (home / "adapted.json").write_text('{"models": {"a": 1}}', encoding="utf-8")
    with pytest.raises(AppUserError, match="is damaged"):
        base_of(home, "a")


def test_nobody_answers(polydesk: Command, home: Path, tmp_path: Path) -> None:
    status, _, err = adapt(polydesk, peft_folder(tmp_path / "adapter"))
    assert status == 2 and "no Ollama server answers at" in err
