"""A model on an Ollama server: what is sent, what comes back, and every way it can go wrong."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from app.answers import Usage
from app.errors import ModelError
from app.models.hosts import installed_tags
from app.models.ollama import OllamaModel, OllamaOptions
from app.models.tokens import least_tokens
from tests.support.ollama import Fault, OllamaServer, Reply, SmolBackend
from tests.support.ollama.asking import Scripted
from tests.support.patience import eventually

TAGS = ("llama3.1:8b", "mistral:7b")
MESSAGES = [SystemMessage("Answer briefly."), HumanMessage("How long may a customer return an article?")]
LONG = [SystemMessage("Answer briefly."), HumanMessage("How long may a customer return an article? " * 60)]


def model(server: OllamaServer[Any], tag: str = TAGS[0], **options: Any) -> OllamaModel:
    return OllamaModel(tag, OllamaOptions(url=server.url, **options))


def text_of(asked: OllamaModel, messages: Any = MESSAGES) -> str:
    return "".join(asked.stream(messages, threading.Event()))


def failure_of(asked: OllamaModel, messages: Any = MESSAGES) -> tuple[ModelError, str]:
    """The error that the stream ends in, and what was written before it."""
    written = ""
    with pytest.raises(ModelError) as raised:
        for word in asked.stream(messages, threading.Event()):
            written += word
    assert "\n" not in str(raised.value)
    return raised.value, written


@pytest.mark.parametrize("tag", TAGS)
def test_context_length_and_its_companions_go_with_every_request(ollama_scripted: Scripted, tag: str) -> None:
    ollama_scripted.backend.enqueue("45 days [1].", "45 days [1].")
    asked = model(ollama_scripted, tag, num_ctx=3000, num_predict=77, keep_alive="3m")
    for _ in range(2):
        text_of(asked)
    assert len(ollama_scripted.requests) == 2
    for body in ollama_scripted.requests:
        assert body["model"] == tag
        assert body["stream"] is True
        assert body["keep_alive"] == "3m"
        assert body["options"]["num_ctx"] == 3000
        assert body["options"]["num_predict"] == 77
        assert body["options"]["temperature"] == 0.0
        assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert ollama_scripted.loads == [(tag, 3000)]


@pytest.mark.parametrize("tag", TAGS)
def test_words_come_as_they_are_written(ollama_scripted: Scripted, tag: str) -> None:
    ollama_scripted.backend.enqueue(Reply("45 Tage nach der Lieferung [1].", chunk_chars=4, pause_s=0.05))
    arrived: list[float] = []
    words: list[str] = []
    for word in model(ollama_scripted, tag).stream(MESSAGES, threading.Event()):
        words.append(word)
        arrived.append(time.monotonic())
    assert "".join(words) == "45 Tage nach der Lieferung [1]."
    assert len(words) == 8
    assert arrived[-1] - arrived[0] > 0.25


def test_tokens_are_told_afterwards_and_whether_the_end_was_the_models_own(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(Reply("45 days.", prompt_eval_count=42), "a very long answer " * 30)
    asked = model(ollama_scripted, num_predict=20)
    text_of(asked)
    assert asked.usage == Usage(prompt_tokens=42, completion_tokens=2)
    assert not asked.cut
    text_of(asked)
    assert asked.usage.completion_tokens == 20
    assert asked.cut


def test_a_real_models_answer_arrives_with_its_token_counts(ollama_smol: OllamaServer[SmolBackend]) -> None:
    asked = model(ollama_smol, "smollm2:135m", num_ctx=512, num_predict=8)
    assert text_of(asked)
    sent = sum(least_tokens(str(message.content)) for message in MESSAGES)
    assert sent <= asked.usage.prompt_tokens < 100
    assert 0 < asked.usage.completion_tokens <= 8


def test_a_busy_server_is_asked_again(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(Fault.busy(), "45 days [1].")
    assert text_of(model(ollama_scripted)) == "45 days [1]."
    assert len(ollama_scripted.requests) == 2


def test_a_server_that_stays_busy_is_told_so(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(*[Fault.busy()] * 9)
    error, _ = failure_of(model(ollama_scripted))
    assert error.code == "busy"
    assert 3 <= len(ollama_scripted.requests) <= 5


def test_nobody_listens_at_the_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        error, _ = failure_of(OllamaModel(TAGS[0], OllamaOptions(url=url)))
        assert installed_tags(url) is None
    assert error.code == "no-server"
    assert url in str(error)
    assert "ollama serve" in str(error)


def test_a_model_that_is_not_there_names_the_command_that_fetches_it(ollama_scripted: Scripted) -> None:
    error, _ = failure_of(model(ollama_scripted, "llama3.3:70b"))
    assert error.code == "no-such-model"
    assert "ollama pull llama3.3:70b" in str(error)


@pytest.mark.parametrize(
    "words",
    [
        "model requires more system memory (5.6 GiB) than is available (2.1 GiB)",
        "llama runner process has terminated: cudaMalloc failed: out of memory",
        "Memory allocation of 4 GB failed",
    ],
)
def test_a_model_that_does_not_fit_is_said_in_whatever_words(ollama_scripted: Scripted, words: str) -> None:
    ollama_scripted.backend.enqueue(Fault.http(500, words))
    error, _ = failure_of(model(ollama_scripted))
    assert error.code == "out-of-memory"
    assert words in str(error)


def test_any_other_refusal_is_a_failure_with_the_servers_words(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(Fault.http(500, "unexpected\nEOF"))
    error, _ = failure_of(model(ollama_scripted))
    assert error.code == "failed"
    assert "unexpected EOF" in str(error)


@pytest.mark.parametrize("after", [0, 5])
def test_a_silent_model_is_given_up(ollama_scripted: Scripted, after: int) -> None:
    ollama_scripted.backend.enqueue(Fault.hang(after))
    error, written = failure_of(model(ollama_scripted, silence_s=0.4))
    assert error.code == "timeout"
    assert bool(written) == bool(after)
    assert eventually(lambda: len(ollama_scripted.cancelled) == 1)


def test_a_model_that_never_ends_is_given_up(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(Reply("word " * 5000, pause_s=0.02))
    error, written = failure_of(model(ollama_scripted, num_predict=5000, total_s=0.6))
    assert error.code == "timeout"
    assert written
    assert eventually(lambda: len(ollama_scripted.cancelled) == 1)


@pytest.mark.parametrize("fault", [Fault.disconnect_after(4), Fault.error_line(4), Fault.error_line(4, "CUDA error")])
def test_a_model_that_goes_away_in_the_middle_is_told_from_one_that_never_began(
    ollama_scripted: Scripted, fault: Fault
) -> None:
    ollama_scripted.backend.enqueue(fault)
    error, written = failure_of(model(ollama_scripted))
    assert error.code == "went-away"
    assert written


def test_an_answer_that_breaks_off_before_its_first_word_is_a_failure(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(Fault.disconnect_after(0), Fault.error_line(0))
    codes = [failure_of(model(ollama_scripted))[0].code for _ in range(2)]
    assert codes == ["no-server", "failed"]


def test_an_answer_without_its_last_line_is_not_taken_for_whole() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n"
    line = b'{"model":"m","message":{"role":"assistant","content":"45 days"},"done":false}\n'
    with OneAnswer(head + line) as url:
        error, written = failure_of(OllamaModel("m", OllamaOptions(url=url)))
    assert (error.code, written) == ("went-away", "45 days")


def test_a_stop_ends_the_answer_and_the_server_stops_writing(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(Reply("word " * 400, pause_s=0.02))
    stop = threading.Event()
    written = []
    for word in model(ollama_scripted).stream(MESSAGES, stop):
        written.append(word)
        if len(written) == 3:
            stop.set()
    assert 3 <= len(written) < 10
    assert eventually(lambda: len(ollama_scripted.cancelled) == 1)


def test_a_stop_is_heard_while_the_model_still_reads_the_prompt(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(Fault.hang())
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    assert list(model(ollama_scripted).stream(MESSAGES, stop)) == []
    assert eventually(lambda: len(ollama_scripted.cancelled) == 1)


def test_a_stop_is_heard_while_a_busy_server_is_waited_for(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(*[Fault.busy()] * 9)
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    assert list(model(ollama_scripted).stream(MESSAGES, stop)) == []
    assert len(ollama_scripted.requests) < 3


def test_a_reader_who_leaves_ends_the_answer_too(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(Reply("word " * 400, pause_s=0.02))
    stream: Any = model(ollama_scripted).stream(MESSAGES, threading.Event())
    next(stream)
    stream.close()
    assert eventually(lambda: len(ollama_scripted.cancelled) == 1)
    assert eventually(lambda: not any(thread.name == "model-stream" for thread in threading.enumerate()))


@pytest.mark.parametrize("reported", [12, 300])
def test_a_prompt_that_was_cut_is_noticed(ollama_scripted: Scripted, reported: int) -> None:
    """Too few tokens for what was sent, or a context that is full to the brim."""
    ollama_scripted.backend.enqueue(Reply("45 days [1].", prompt_eval_count=reported))
    messages = LONG if reported == 12 else MESSAGES
    error, written = failure_of(model(ollama_scripted, num_ctx=8192 if reported == 12 else 300), messages)
    assert error.code == "truncated-prompt"
    assert "POLYDESK_NUM_CTX" in str(error)
    assert written == "45 days [1]."


def test_a_real_model_that_gets_too_long_a_prompt_is_caught(ollama_smol: OllamaServer[SmolBackend]) -> None:
    error, _ = failure_of(model(ollama_smol, "smollm2:135m", num_ctx=128, num_predict=4), LONG)
    assert error.code == "truncated-prompt"


@pytest.mark.parametrize("reported", [0, None])
def test_a_server_that_does_not_tell_its_count_is_believed(ollama_scripted: Scripted, reported: int | None) -> None:
    ollama_scripted.backend.enqueue(Reply("45 days [1].", prompt_eval_count=reported))
    assert text_of(model(ollama_scripted)) == "45 days [1]."


def test_a_proxy_in_the_environment_does_not_see_the_question(
    ollama_scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    ollama_scripted.backend.enqueue("45 days [1].")
    assert text_of(model(ollama_scripted)) == "45 days [1]."
    assert installed_tags(ollama_scripted.url)


def test_the_setting_is_asked_and_not_ollamas_own_variable(
    ollama_scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    ollama_scripted.backend.enqueue("45 days [1].")
    assert text_of(model(ollama_scripted)) == "45 days [1]."


class OneAnswer:
    """A server that says the given bytes to the first who asks, then closes."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(self._answer)
