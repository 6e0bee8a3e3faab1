"""``polydesk models`` as it is typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.models import pulling
from app.models.chosen import chosen_model
from app.models.pulling import PullStep, pull
from tests.support.command import Command
from tests.support.ollama import OllamaServer, ScriptedBackend
from tests.support.ollama.asking import Scripted


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLYDESK_HOME", str(tmp_path))
    monkeypatch.delenv("POLYDESK_MODEL", raising=False)
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    with OllamaServer(ScriptedBackend(), models=("llama3.1:8b", "smollm2:135m")) as running:
        monkeypatch.setenv("POLYDESK_OLLAMA_URL", running.url)
        yield running


def printed(run: tuple[int, str, str]) -> dict[str, Any]:
    status, out, err = run
    assert status == 0, err
    value = json.loads(out)
    assert isinstance(value, dict)
    return value


def test_list_says_what_is_in_the_catalogue_and_what_is_on_the_server(
    polydesk: Command, home: Path, server: Scripted
) -> None:
    listed = printed(polydesk("models", "list", "--json"))
    by_name = {each["name"]: each for each in listed["models"]}
    assert by_name["llama3.1-8b"]["on"] == {server.url: ["llama3.1:8b"]}
    assert by_name["mistral-small"]["on"] == {}
    assert by_name["mistral-small"]["memory"]["total"] > 14e9
    assert listed["others"] == ["smollm2:135m"]
    assert listed["hosts"] == [{"url": server.url, "up": True}]
    status, out, _ = polydesk("models", "list")
    assert status == 0
    assert next(line for line in out.splitlines() if line.startswith("llama3.1-8b")).split()[1] == "yes"
    assert "Also on the server: smollm2:135m" in out


def test_list_works_without_a_server(polydesk: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYDESK_OLLAMA_URL", "http://127.0.0.1:9")
    status, out, _ = polydesk("models", "list")
    assert status == 0
    assert "No Ollama server answers at http://127.0.0.1:9" in out


def test_show_gives_every_figure_with_its_source(polydesk: Command, home: Path, server: Scripted) -> None:
    shown = printed(polydesk("models", "show", "llama3.3:70b", "--json"))
    assert shown["licence"]["users"] == 700_000_000
    assert shown["licence"]["source"].startswith("https://")
    assert shown["quantisations"]["Q8_0"]["weights"] > shown["quantisations"]["Q4_K_M"]["weights"]
    _, out, _ = polydesk("models", "show", "llama3.2-vision-11b")
    assert "Built with Llama" in out
    assert "No seat of the company in: EU." in out
    assert "700 000 000" in out
    assert out.count("https://") > 10


def test_recommend_prints_what_to_take_and_why(polydesk: Command, home: Path, server: Scripted) -> None:
    company = ("--memory", "64", "--gpu", "24", "--languages", "de,ar", "--users", "800000000", "--residency", "de")
    arguments = ("models", "recommend", *company, "--use", "commercial")
    told = printed(polydesk(*arguments, "--json"))
    assert told["take"] == "ollama:mistral-nemo:12b"
    reasons = {each["model"]: {reason["code"] for reason in each["reasons"]} for each in told["models"]}
    assert "too-many-users" in reasons["llama3.1-8b"]
    _, out, _ = polydesk(*arguments)
    assert out.startswith("Take ollama:mistral-nemo:12b.")
    assert "ruled out" in out
    assert "(1) https://" in out


def test_recommend_measures_this_machine_when_it_is_not_told(polydesk: Command, home: Path, server: Scripted) -> None:
    assert printed(polydesk("models", "recommend", "--json"))["models"]


def test_nothing_fits_is_said_with_what_else_there_is(polydesk: Command, home: Path, server: Scripted) -> None:
    _, out, _ = polydesk("models", "recommend", "--memory", 2)
    assert out.startswith("Nothing in the catalogue fits. `--hosted`")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("recommend", "--gpu", "plenty"), "--gpu plenty"),
        (("recommend", "--languages", "german"), "german"),
        (("recommend", "--needs", "music"), "--needs music: use answers, code, vision"),
        (("recommend", "--use", "fun"), "--use fun: use commercial, research, evaluation"),
        (("show", "gpt"), "gpt is not in the catalogue"),
        (("use",), "give the name of a model, or --clear"),
        (("use", "llama-guard3:8b"), "is for guard"),
        (("use", "mistral-hosted"), "mistralai:mistral-small-latest"),
        (("use", "mistral:7b"), "run `polydesk models pull mistral:7b`"),
        (("use", "openai:some"), "POLYDESK_OPENAI_URL"),
        (("pull", "multilingual-e5-small"), "it comes along"),
        (("pull", "no-such-model:1b"), "has no such model"),
    ],
)
def test_what_a_user_can_mend_is_one_line(
    polydesk: Command, home: Path, server: Scripted, arguments: tuple[str, ...], says: str
) -> None:
    status, _, err = polydesk("models", *arguments)
    assert status == 2
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert chosen_model(home) is None


@pytest.mark.parametrize("name", ["llama3.1-8b", "llama3.1:8b", "ollama:llama3.1:8b"])
def test_use_makes_a_model_the_default(polydesk: Command, home: Path, server: Scripted, name: str) -> None:
    status, out, _ = polydesk("models", "use", name)
    assert status == 0
    assert "From the next question on, ollama:llama3.1:8b answers." in out
    assert "Built with Llama" in out
    assert chosen_model(home) == "ollama:llama3.1:8b"
    assert printed(polydesk("models", "list", "--json"))["default"] == "ollama:llama3.1:8b"
    assert printed(polydesk("models", "use", "--clear", "--json"))["default"] is None
    assert chosen_model(home) is None


def test_use_says_when_the_environment_comes_first(
    polydesk: Command, home: Path, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYDESK_MODEL", "quoting")
    status, _, err = polydesk("models", "use", "smollm2:135m")
    assert status == 0
    assert "POLYDESK_MODEL is set to quoting" in err


def test_pull_fetches_to_every_host(polydesk: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with OllamaServer(ScriptedBackend(), models=()) as one, OllamaServer(ScriptedBackend(), models=()) as two:
        monkeypatch.setenv("POLYDESK_OLLAMA_URL", f"{one.url},{two.url}")
        status, out, _ = polydesk("models", "pull", "llama3.2-3b")
        listed = printed(polydesk("models", "list", "--json"))
    assert status == 0
    assert "Built with Llama" in out
    assert [f"llama3.2:3b is at {server.url}." in out for server in (one, two)] == [True, True]
    entry = next(each for each in listed["models"] if each["name"] == "llama3.2-3b")
    assert set(entry["on"]) == {one.url, two.url}


def test_the_progress_of_a_pull_grows_to_the_size_of_the_file(server: Scripted) -> None:
    steps: list[PullStep] = []
    pull(server.url, "llama3.2:3b", steps.append)
    fetched = [step.completed for step in steps if step.total == 2019377376]
    assert fetched == sorted(fetched)
    assert fetched[-1] == 2019377376
    assert steps[-1].status == "success"


def test_a_pull_that_breaks_off_goes_on(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    broken: list[str] = []
    once = pulling._pull_once

    def breaks_twice(url: str, tag: str, show: Any) -> None:
        if len(broken) < 2:
            broken.append(url)
            raise pulling._BrokenError("unexpected EOF")
        once(url, tag, show)

    monkeypatch.setattr(pulling, "_pull_once", breaks_twice)
    steps: list[PullStep] = []
    pull(server.url, "llama3.2:3b", steps.append, pause_s=0.01)
    assert (len(broken), steps[-1].status) == (2, "success")


def test_a_server_without_a_way_out_is_not_asked_again(
    polydesk: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OllamaServer(ScriptedBackend(), models=(), offline=True) as offline:
        monkeypatch.setenv("POLYDESK_OLLAMA_URL", offline.url)
        status, _, err = polydesk("models", "pull", "llama3.2:3b")
        assert len([call for call in offline.calls if call.path == "/api/pull"]) == 1
    assert status == 1
    assert "no such host" in err
