"""What every request to a model's server has in common."""

from __future__ import annotations

import ssl

import pytest

from app.models.ollama import OllamaModel, OllamaOptions
from app.models.outgoing import trusted


def test_who_may_vouch_for_a_server_is_not_read_again_for_each_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    model = OllamaModel("llama3.1:8b", OllamaOptions(url="https://127.0.0.1:9"))
    model._chat_model(model.options.url)

    def read(*_: object, **__: object) -> ssl.SSLContext:
        raise AssertionError("read again")

    monkeypatch.setattr(ssl, "create_default_context", read)
    model._chat_model(model.options.url)


def test_a_server_for_which_nobody_vouches_is_refused() -> None:
    assert trusted().verify_mode is ssl.CERT_REQUIRED and trusted().check_hostname
