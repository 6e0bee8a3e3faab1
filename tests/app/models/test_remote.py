"""Models behind OpenAI's protocol and at Mistral: the same words, bounds and errors as on Ollama."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from app.answers import Usage
from app.doctor import find_model
from app.errors import AppUserError, ModelError
from app.models.choosing import choose_model
from app.models.remote import RemoteModel
from app.settings import Settings
from tests.support.openai_server import OpenAIServer, Refused, Said

pytest.importorskip("langchain_openai")
pytest.importorskip("langchain_mistralai")

KEY = "sk-very-secret-1234"
NAMES = ("openai:mistral-small", "mistralai:mistral-small")
MESSAGES = [SystemMessage("Answer briefly."), HumanMessage("How long may a customer return an article?")]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    monkeypatch.setenv("POLYDESK_OPENAI_API_KEY", KEY)
    monkeypatch.setenv("POLYDESK_MISTRAL_API_KEY", KEY)
    with OpenAIServer() as running:
        yield running


def model(url: str, name: str, **overrides: object) -> RemoteModel:
    settings = Settings(openai_url=url, mistral_url=url).model_copy(update=overrides)
    chosen = choose_model(settings, name)
    assert isinstance(chosen, RemoteModel)
    return chosen


def text_of(asked: RemoteModel, messages: Any = MESSAGES) -> str:
    return "".join(asked.stream(messages, threading.Event()))


def failure_of(asked: RemoteModel, messages: Any = MESSAGES) -> ModelError:
    with pytest.raises(ModelError) as raised:
        text_of(asked, messages)
    assert KEY not in str(raised.value)
    assert "\n" not in str(raised.value)
    return raised.value


@pytest.mark.parametrize("name", NAMES)
def test_words_come_with_usage_and_the_bounds_are_sent(server: OpenAIServer, name: str) -> None:
    server.enqueue(Said("45 Tage nach der Lieferung [1].", prompt_tokens=42))
    asked = model(server.url, name, num_predict=77)
    assert text_of(asked) == "45 Tage nach der Lieferung [1]."
    assert asked.usage == Usage(prompt_tokens=42, completion_tokens=6)
    assert (asked.name, asked.family, asked.cut) == (name, "mistral", False)
    body = server.bodies[0]
    assert (body["model"], body["temperature"], body["max_tokens"], body["stream"]) == ("mistral-small", 0.0, 77, True)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_that_reached_its_length_is_cut(server: OpenAIServer, name: str) -> None:
    server.enqueue(Said("45 days and", finish="length"))
    asked = model(server.url, name)
    text_of(asked)
    assert asked.cut


@pytest.mark.parametrize("name", NAMES)
def test_the_family_of_a_name_chooses_the_prompt(server: OpenAIServer, name: str) -> None:
    assert model(server.url, f"{name.partition(':')[0]}:meta-llama/Llama-3.1-8B-Instruct").family == "llama"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", [503, 429])
def test_a_busy_server_is_asked_again(server: OpenAIServer, name: str, status: int) -> None:
    server.enqueue(Refused(status, "overloaded"), "45 days [1].")
    assert text_of(model(server.url, name)) == "45 days [1]."
    assert len(server.bodies) == 2


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (Refused(401, f"Incorrect API key provided: {KEY}"), "failed"),
        (Refused(500, f"broken {KEY}"), "failed"),
        (Refused(500, "CUDA out of memory"), "out-of-memory"),
        (Refused(400, "This model's maximum context length is 2048 tokens"), "truncated-prompt"),
    ],
)
def test_a_refusal_has_the_same_code_as_ollamas_and_never_the_key(
    server: OpenAIServer, name: str, refused: Refused, code: str
) -> None:
    server.enqueue(refused)
    assert failure_of(model(server.url, name)).code == code


@pytest.mark.parametrize("name", NAMES)
def test_a_model_that_is_not_served_is_said(server: OpenAIServer, name: str) -> None:
    error = failure_of(model(server.url, f"{name.partition(':')[0]}:llama"))
    assert error.code == "no-such-model"


@pytest.mark.parametrize("name", NAMES)
def test_nobody_answers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYDESK_MISTRAL_API_KEY", KEY)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        error = failure_of(model(url, name))
    assert error.code == "no-server"
    assert url in str(error)


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_that_breaks_off_is_not_taken_for_whole(server: OpenAIServer, name: str) -> None:
    server.enqueue(Said("45 days", finish=None))
    assert failure_of(model(server.url, name)).code == "went-away"


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_that_was_cut_is_noticed(server: OpenAIServer, name: str) -> None:
    server.enqueue(Said("45 days [1].", prompt_tokens=5))
    assert failure_of(model(server.url, name)).code == "truncated-prompt"


@pytest.mark.parametrize("name", NAMES)
def test_a_silent_server_is_given_up(server: OpenAIServer, name: str) -> None:
    server.enqueue(Said("too late", pause_s=5.0))
    started = time.monotonic()
    assert failure_of(model(server.url, name, model_timeout_s=0.4)).code == "timeout"
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("name", NAMES)
def test_a_stop_ends_the_answer(server: OpenAIServer, name: str) -> None:
    server.enqueue(Said("word " * 400, pause_s=0.02))
    stop, written = threading.Event(), 0
    for _ in model(server.url, name).stream(MESSAGES, stop):
        written += 1
        if written == 3:
            stop.set()
    assert 3 <= written < 50


def test_a_proxy_in_the_environment_does_not_see_the_question(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "OPENAI_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    for name in NAMES:
        server.enqueue("45 days [1].")
        assert text_of(model(server.url, name)) == "45 days [1]."


def test_the_key_is_in_no_representation_and_no_log(server: OpenAIServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in NAMES:
        server.enqueue("45 days [1].", Refused(500, f"broken {KEY}"))
        asked = model(server.url, name)
        text_of(asked)
        failure_of(asked)
        assert KEY not in repr(asked.options) + repr(vars(asked))
    assert KEY not in "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("app"))


def test_what_a_provider_needs_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("POLYDESK_MISTRAL_API_KEY", "MISTRAL_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(AppUserError, match="POLYDESK_OPENAI_URL"):
        choose_model(Settings(), "openai:mistral-small")
    with pytest.raises(AppUserError, match="POLYDESK_MISTRAL_API_KEY"):
        choose_model(Settings(), "mistralai:mistral-small-latest")


def test_mistrals_own_variable_holds_the_key_too_and_the_address_is_in_the_eu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", KEY)
    chosen = choose_model(Settings(), "mistralai:mistral-small-latest")
    assert isinstance(chosen, RemoteModel)
    assert chosen.options.key == KEY
    assert chosen.options.url.startswith("https://api.eu.mistral.ai/")


def test_a_second_try_has_its_own_bounds_and_leaves_the_first_as_it_is(server: OpenAIServer) -> None:
    asked = model(server.url, NAMES[0], num_predict=300)
    again = asked.limited(20, total_s=5.0)
    assert (again.options.num_predict, again.options.total_s, again.name) == (20, 5.0, asked.name)
    assert (asked.options.num_predict, asked.options.total_s) == (300, 300.0)
    server.enqueue("45 days [1].")
    assert "".join(again.stream(MESSAGES, threading.Event())) == "45 days [1]."


@pytest.mark.parametrize(("name", "state"), [("openai:mistral-small", "ok"), ("openai:llama", "missing")])
def test_the_doctor_says_whether_the_server_has_the_model(server: OpenAIServer, name: str, state: str) -> None:
    check = find_model(Settings(openai_url=server.url, model=name))
    assert (check.name, check.state) == ("ollama", state)
