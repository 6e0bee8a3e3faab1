"""A model's server that nobody can connect to is left alone for some seconds, and found again by itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx
import pytest
from langchain_core.messages import HumanMessage

from app.assistant import Assistant
from app.errors import ModelError
from app.health.parts import parts_of
from app.models import breakers, streamed
from app.models.breakers import LeftAloneError, connecting, is_left_alone
from app.models.choosing import choose_model
from app.models.hosts import tags_at
from app.models.model import ChatModel
from app.models.ollama import OllamaModel, OllamaOptions
from app.settings import Settings
from ingest.breaker import REST_S, Breaker
from tests.app.conftest import answer_of
from tests.support.ollama import Fault, OllamaServer, ScriptedBackend
from tests.support.ollama.asking import MODEL, Scripted
from tests.support.openai_server import OpenAIServer, Said

TAG = "llama3.1:8b"
MESSAGES = [HumanMessage("How long may a customer return an article?")]
QUESTION = "How many days do customers have to return an article?"


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now

    def after_the_rest(self) -> None:
        self.now += 2 * REST_S


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(breakers, "Breaker", partial(Breaker, clock=found))
    return found


@pytest.fixture
def server() -> Iterator[Scripted]:
    with OllamaServer(ScriptedBackend(default="45 days"), parallel=8) as running:
        yield running


@pytest.fixture
def deaf() -> Iterator[str]:
    """The address of a host that nobody can connect to, and that does not even refuse."""
    with socket.socket() as listening, socket.socket() as first, socket.socket() as second:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for each in (first, second):  # its queue is full: whoever comes now hears nothing
            each.setblocking(False)
            each.connect_ex(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def on(url: str) -> OllamaModel:
    return OllamaModel(TAG, OllamaOptions(url=url, silence_s=20.0))


def text_of(asked: ChatModel) -> str:
    return "".join(asked.limited(100).stream(MESSAGES, threading.Event()))


def error_of(asked: ChatModel) -> ModelError:
    with pytest.raises(ModelError) as raised:
        text_of(asked)
    assert raised.value.code == "no-server"
    return raised.value


def test_a_server_that_was_killed_is_asked_twice_then_left_alone_then_found_again(
    server: Scripted, clock: Clock
) -> None:
    asked = on(server.url)
    assert text_of(asked) == "45 days"
    server.stop()
    assert [("asked again in" in str(error_of(asked))) for _ in range(4)] == [False, False, True, True]
    server.start()
    error_of(asked)
    assert len(server.requests) == 1  # it is there, and nobody tried
    clock.after_the_rest()
    assert text_of(asked) == text_of(asked) == "45 days"


def test_one_failure_is_no_reason_to_leave_a_server_alone(server: Scripted) -> None:
    for _ in range(3):
        server.stop()
        error_of(on(server.url))
        server.start()
        assert text_of(on(server.url)) == "45 days"


@pytest.mark.parametrize("fault", [Fault.http(500, "llama runner process has terminated"), Fault.disconnect_after(0)])
def test_a_server_that_fails_or_refuses_is_there(server: Scripted, fault: Fault) -> None:
    for _ in range(3):
        server.backend.enqueue(fault)
        with suppress(ModelError):
            text_of(on(server.url))
    assert not is_left_alone(server.url)


def test_after_a_rest_one_goes_first_and_the_others_go_on_without_waiting_for_it(
    deaf: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamed, "CONNECT_S", 0.3)
    for _ in range(2):
        error_of(on(deaf))
    clock.after_the_rest()
    said: list[str] = []
    asking = [threading.Thread(target=lambda: said.append(str(error_of(on(deaf))))) for _ in range(4)]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    assert sum("asked again in" in each for each in said) == 3


def test_a_look_at_what_a_server_has_counts_too_and_brings_it_back(server: Scripted, clock: Clock) -> None:
    server.stop()
    assert [tags_at(server.url) for _ in range(2)] == [None, None]
    error = error_of(on(server.url))
    assert "asked again in" in str(error)
    server.start()
    assert tags_at(server.url) is None
    clock.after_the_rest()
    assert tags_at(server.url)
    assert text_of(on(server.url)) == "45 days"


def test_a_host_that_is_left_alone_keeps_no_other_from_answering(server: Scripted) -> None:
    with OllamaServer(ScriptedBackend(default="from second")) as second:
        server.stop()
        for _ in range(2):
            tags_at(server.url)
        assert is_left_alone(server.url)
        assert text_of(on(f"{server.url},{second.url}")) == "from second"


@pytest.mark.parametrize("name", ["openai:mistral-small", "mistralai:mistral-small"])
def test_remote_servers_are_left_alone_likewise(name: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai")
    pytest.importorskip("langchain_mistralai")
    monkeypatch.setenv("POLYDESK_MISTRAL_API_KEY", "sk-1234")
    with OpenAIServer(default=Said("45 days")) as server:
        asked = choose_model(Settings(openai_url=server.url, mistral_url=server.url), name)
        assert asked is not None
        assert text_of(asked) == "45 days"
    assert [("asked again in" in str(error_of(asked))) for _ in range(3)] == [False, False, True]
    clock.after_the_rest()
    assert "asked again in" not in str(error_of(asked))  # somebody goes and looks


def test_a_question_to_a_model_that_is_left_alone_is_answered_with_quotes_and_the_reason(
    small_assistant: Callable[..., Assistant], server: Scripted, clock: Clock
) -> None:
    assistant = small_assistant(ollama_url=server.url, model=MODEL)
    server.stop()
    answers = [answer_of(assistant, QUESTION) for _ in range(3)]
    assert {(each.action, each.model, each.reasons) for each in answers} == {
        ("answer", "quoting", ("model-no-server",))
    }
    assert "asked again in" in answers[-1].notice
    server.start()
    clock.after_the_rest()
    assert answer_of(assistant, QUESTION).model == f"ollama:{MODEL}"


def test_readiness_says_at_once_that_a_server_rests_and_at_once_that_it_is_back(
    tmp_path: Path, server: Scripted, clock: Clock
) -> None:
    settings = Settings(home=tmp_path, ollama_url=server.url, model=f"ollama:{TAG}")
    check = next(part.check for part in parts_of(settings) if part.name == "language_model")
    assert check() == "ok"
    server.stop()
    for _ in range(2):
        error_of(on(server.url))
    assert check() == "resting"
    server.start()
    clock.after_the_rest()
    assert check() == "ok"


def test_an_error_after_connecting_says_that_the_server_is_there() -> None:
    url = "http://127.0.0.1:9"
    for kind in (httpx.ConnectError, httpx.ReadTimeout, httpx.ConnectTimeout):
        with pytest.raises(kind), connecting(url):
            raise kind("as a test wants it")
    with pytest.raises(httpx.ConnectError), connecting(url):
        raise httpx.ConnectError("once more")
    with pytest.raises(LeftAloneError), connecting(url):
        pytest.fail("nobody is to ask")
