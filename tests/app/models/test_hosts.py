"""Several Ollama servers as one: the least loaded that has the model, and the next when one dies."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from langchain_core.messages import HumanMessage

from app.doctor import find_model
from app.errors import ModelError
from app.models.hosts import OllamaHosts, addresses, hosts_of, installed_tags
from app.models.model import ChatModel
from app.models.ollama import OllamaModel, OllamaOptions
from app.settings import Settings
from tests.support.ollama import Fault, OllamaServer, Reply, ScriptedBackend
from tests.support.ollama.asking import Scripted

TAG = "llama3.1:8b"
MESSAGES = [HumanMessage("How long may a customer return an article?")]
Pair = tuple[Scripted, Scripted]


@pytest.fixture
def pair() -> Iterator[Pair]:
    with ExitStack() as open_servers:
        first, second = (
            open_servers.enter_context(OllamaServer(ScriptedBackend(default=f"from {name}"), parallel=8))
            for name in ("first", "second")
        )
        yield first, second


def model(*servers: Scripted, tag: str = TAG, silence_s: float = 20.0) -> OllamaModel:
    url = ", ".join(server.url for server in servers)
    return OllamaModel(tag, OllamaOptions(url=url, silence_s=silence_s))


def text_of(asked: ChatModel) -> str:
    return "".join(asked.stream(MESSAGES, threading.Event()))


def order(hosts: OllamaHosts) -> list[str]:
    """The addresses in which they are tried."""
    tried: list[str] = []
    for _ in hosts.urls:
        with hosts.turn(TAG, tried) as url:
            tried.append(url)
    return tried


def test_a_setting_may_hold_several_addresses() -> None:
    assert addresses(" http://a:1/, http://b:2 ,,http://a:1") == ("http://a:1", "http://b:2")


def test_a_request_goes_to_the_host_that_has_less_to_do(pair: Pair) -> None:
    for server in pair:
        server.backend.enqueue(*[Reply("word " * 200, pause_s=0.1)] * 2)  # twenty seconds, or until stopped
    asked, stopped = model(*pair), threading.Event()
    running = [asked.stream(MESSAGES, stopped) for _ in range(4)]
    began = [next(words) for words in running]
    stopped.set()
    assert (len(began), [len(server.requests) for server in pair]) == (4, [2, 2])
    for words in running:
        list(words)


def test_of_those_that_come_at_a_time_each_sees_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(tag: str, tags: Collection[str]) -> bool:
        time.sleep(0.001)  # another thread takes over here
        return tag in tags

    monkeypatch.setattr("app.models.hosts.tags_at", lambda url, timeout_s: [TAG])
    monkeypatch.setattr("app.models.hosts.is_among", slowly)
    hosts, together = OllamaHosts(("http://a", "http://b")), threading.Barrier(8)

    def turn(_: int) -> str:
        together.wait(20)
        with hosts.turn(TAG) as url:
            together.wait(20)  # all eight are open at once
        return url

    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            assert sorted(pool.map(turn, range(8))) == ["http://a"] * 4 + ["http://b"] * 4


def test_a_host_without_the_model_is_left_alone(pair: Pair) -> None:
    with OllamaServer(ScriptedBackend(default="from third"), models=("mistral:7b",)) as third:
        assert text_of(model(third, *pair)) == "from first"
        assert third.requests == []


def test_a_host_that_dies_is_replaced_without_a_failed_answer(pair: Pair) -> None:
    first, second = pair
    asked = model(first, second)
    assert text_of(asked) == "from first"
    first.stop()
    assert [text_of(asked) for _ in range(3)] == ["from second"] * 3
    assert order(hosts_of(asked.options.url))[0] == second.url


@pytest.mark.parametrize(
    "fault",
    [Fault.http(500, "llama runner process has terminated"), Fault.disconnect_after(0), Fault.busy(), Fault.hang()],
)
def test_whatever_goes_wrong_before_the_first_word_goes_to_the_next(pair: Pair, fault: Fault) -> None:
    first, second = pair
    first.backend.enqueue(fault)
    assert text_of(model(first, second, silence_s=0.5)) == "from second"


def test_after_the_first_word_nobody_else_goes_on(pair: Pair) -> None:
    first, second = pair
    first.backend.enqueue(Fault.disconnect_after(3))
    with pytest.raises(ModelError) as raised:
        text_of(model(first, second))
    assert raised.value.code == "went-away"
    assert second.requests == []


def test_when_all_are_busy_they_are_asked_again(pair: Pair) -> None:
    for server in pair:
        server.backend.enqueue(Fault.busy())
    assert text_of(model(*pair)).startswith("from")


def test_when_all_are_down_every_address_is_named() -> None:
    urls = []
    for _ in range(2):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            urls.append(f"http://127.0.0.1:{taken.getsockname()[1]}")
    with pytest.raises(ModelError) as raised:
        text_of(OllamaModel(TAG, OllamaOptions(url=",".join(urls))))
    assert raised.value.code == "no-server"
    assert all(url in str(raised.value) for url in urls)
    assert installed_tags(",".join(urls)) is None


def test_the_most_telling_of_several_failures_is_told(pair: Pair) -> None:
    first, second = pair
    first.stop()
    second.backend.enqueue(Fault.http(500, "CUDA out of memory"))
    with pytest.raises(ModelError) as raised:
        text_of(model(first, second))
    assert raised.value.code == "out-of-memory"


def test_a_host_that_came_back_is_found_again(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = pair
    hosts = OllamaHosts((first.url, second.url))
    first.stop()
    assert order(hosts) == [second.url, first.url]
    first.start()
    assert order(hosts) == [second.url, first.url]  # the last look still counts
    later = time.monotonic() + 60
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert order(hosts) == [first.url, second.url]


def test_the_models_of_all_hosts_are_those_that_there_are(pair: Pair) -> None:
    with OllamaServer(ScriptedBackend(), models=("smollm2:135m",)) as third:
        tags = installed_tags(f"{pair[0].url},{third.url}")
    assert tags is not None
    assert {TAG, "smollm2:135m"} <= set(tags)


def test_the_doctor_names_the_host_that_is_down(pair: Pair) -> None:
    first, second = pair
    settings = Settings(ollama_url=f"{first.url},{second.url}", model=f"ollama:{TAG}")
    assert find_model(settings).state == "ok"
    second.stop()
    check = find_model(settings)
    assert check.state == "missing"
    assert second.url in check.detail
    assert not check.needed
