"""Settings come from the environment, and a wrong one is named in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import AppUserError
from app.settings import load_settings


def test_every_setting_is_a_variable_of_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    values = {
        "HOME": str(tmp_path / "desk"),
        "MODEL": "ollama:mistral-small",
        "RERANKER": "BAAI/bge-reranker-v2-m3",
        "OLLAMA_URL": "http://10.0.0.5:11434",
        "NUM_CTX": "4096",
        "NUM_PREDICT": "200",
        "KEEP_ALIVE": "1h",
        "MODEL_TIMEOUT_S": "7.5",
        "ANSWER_TIMEOUT_S": "60",
        "PORT": "9000",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"POLYDESK_{name}", value)
    settings = load_settings()
    assert settings.home == tmp_path / "desk"
    assert (settings.model, settings.ollama_url) == ("ollama:mistral-small", "http://10.0.0.5:11434")
    assert settings.reranker == "BAAI/bge-reranker-v2-m3"
    assert (settings.num_ctx, settings.num_predict, settings.keep_alive) == (4096, 200, "1h")
    assert (settings.model_timeout_s, settings.answer_timeout_s, settings.port) == (7.5, 60.0, 9000)


def test_without_variables_nothing_leaves_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "OLLAMA_URL"):
        monkeypatch.delenv(f"POLYDESK_{name}")
    settings = load_settings()
    assert (settings.host, settings.ollama_url) == ("127.0.0.1", "http://127.0.0.1:11434")
    assert (settings.model, settings.reranker) == (None, "")
    assert settings.home == Path.cwd() / ".polydesk"


def test_a_home_may_be_written_with_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("POLYDESK_HOME", "~/desk")
    assert load_settings().home == tmp_path / "desk"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NUM_CTX", "lots"),
        ("NUM_CTX", "100"),
        ("NUM_PREDICT", "0"),
        ("MODEL_TIMEOUT_S", "-1"),
        ("ANSWER_TIMEOUT_S", "0"),
        ("PORT", "70000"),
        ("EMBEDDING_RUNTIME", "gpu"),
    ],
)
def test_a_wrong_value_is_named_with_its_variable_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"POLYDESK_{name}", value)
    with pytest.raises(AppUserError) as raised:
        load_settings()
    assert str(raised.value).startswith(f"POLYDESK_{name}: ")
    assert value in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.exit_status == 2
