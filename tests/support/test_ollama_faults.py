"""The server that stands in for Ollama fails when it is told to, and notices clients that leave."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import ollama
import pytest

from tests.support.ollama import Fault, OllamaServer, Reply, ScriptedBackend, echo
from tests.support.ollama.asking import (
    MODEL,
    Scripted,
    ask,
    lines,
    post,
    text_of,
)
from tests.support.ollama.backend import GenerationRequest
from tests.support.patience import PATIENCE_S, eventually


def test_a_reply_arrives_whole_however_it_is_cut_on_the_wire() -> None:
    text = "Grüße, 日本語 und नमस्ते 👩‍👩‍👧!"
    for wire_bytes, chars in ((1, 1), (3, 2), (None, 100)):
        with OllamaServer(ScriptedBackend([Reply(text, chunk_chars=chars)]), wire_bytes=wire_bytes) as server:
            stream = ollama.Client(server.url).chat(MODEL, [{"role": "user", "content": "x"}], stream=True)
            pieces = [part.message.content or "" for part in stream]
            assert "".join(pieces) == text
            assert max(len(piece) for piece in pieces) <= chars


def test_the_wire_can_be_cut_through_characters() -> None:
    with (
        OllamaServer(ScriptedBackend(["Grüße"]), wire_bytes=1) as server,
        httpx.stream("POST", server.url + "/api/chat", json=ask("x")) as response,
    ):
        pieces = list(response.iter_raw())
    assert {len(piece) for piece in pieces} == {1}
    assert "Grü".encode() in b"".join(pieces)


def test_a_fault_strikes_when_it_was_told_to(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(
        Fault.http(418, "teapot"), Fault.busy(), Fault.out_of_memory(), Fault.error_line(2), Fault.error_line(0)
    )
    ollama_scripted.backend.enqueue(Fault.error_line(3))
    statuses = [post(ollama_scripted, "/api/chat", ask("x")).status_code for _ in range(3)]
    assert statuses == [418, 503, 500]
    *parts, last = lines(ollama_scripted, "/api/chat", ask("x"))
    assert len(parts) == 2 and set(last) == {"error"}
    assert post(ollama_scripted, "/api/chat", ask("x")).status_code == 500
    assert post(ollama_scripted, "/api/chat", ask("x", stream=False)).status_code == 500


def test_a_broken_connection_gives_the_chunks_before_it_and_then_an_error(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(Fault.disconnect_after(3), "well again")
    seen: list[str] = []
    with (
        pytest.raises(httpx.RemoteProtocolError),
        httpx.stream("POST", ollama_scripted.url + "/api/chat", json=ask("x")) as response,
    ):
        seen.extend(response.iter_lines())
    assert len(seen) == 3
    assert ollama_scripted.cancelled == []
    assert text_of(post(ollama_scripted, "/api/chat", ask("x", stream=False))) == "well again"


@pytest.mark.parametrize("stream", [True, False])
def test_a_hanging_model_is_freed_when_its_client_gives_up(ollama_scripted: Scripted, stream: bool) -> None:
    ollama_scripted.backend.enqueue(Fault.hang(), "free again")
    with pytest.raises(httpx.ReadTimeout):
        post(ollama_scripted, "/api/chat", ask("first", stream=stream), timeout=0.2)
    answer = post(ollama_scripted, "/api/chat", ask("second", stream=False), timeout=PATIENCE_S)
    assert answer.json()["message"]["content"] == "free again"
    assert ollama_scripted.cancelled == [ask("first", stream=stream)]


def test_generation_stops_when_the_client_leaves_in_the_middle(ollama_scripted: Scripted) -> None:
    written: list[str] = []
    closed = threading.Event()

    class Watched(ScriptedBackend):
        def generate(self, request: GenerationRequest) -> Any:
            try:
                for piece in super().generate(request):
                    written.append(str(piece))
                    yield piece
            finally:
                closed.set()

    with OllamaServer(Watched([Reply("word " * 2000, pause_s=0.01)])) as server:
        body = ask("tell me everything")
        with httpx.stream("POST", server.url + "/api/chat", json=body) as response:
            next(response.iter_lines())
        assert closed.wait(PATIENCE_S)
        assert eventually(lambda: server.cancelled == [body])
        assert 0 < len(written) < 300


def test_a_wrong_count_of_prompt_tokens_can_be_reported(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue(Reply("a", prompt_eval_count=7), Reply("b", prompt_eval_count=0))
    assert post(ollama_scripted, "/api/chat", ask("x", stream=False)).json()["prompt_eval_count"] == 7
    assert "prompt_eval_count" not in post(ollama_scripted, "/api/chat", ask("x", stream=False)).json()


def test_a_server_stops_under_a_hanging_client_and_starts_again_on_its_port() -> None:
    server = OllamaServer(ScriptedBackend([Fault.hang(2), "back"]))
    server.start()
    failed: list[type[Exception]] = []

    def wait_for_it() -> None:
        try:
            post(server, "/api/chat", ask("x"), timeout=PATIENCE_S)
        except httpx.HTTPError as error:
            failed.append(type(error))

    client = threading.Thread(target=wait_for_it)
    client.start()
    assert eventually(lambda: bool(server.backend.seen))
    server.stop()
    client.join(PATIENCE_S / 2)  # its own patience is longer
    assert not client.is_alive()
    assert failed == [httpx.RemoteProtocolError]
    assert server.cancelled == []  # its client did not leave
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)
    with server:
        assert text_of(post(server, "/api/chat", ask("x", stream=False))) == "back"


def test_a_script_that_has_run_out_says_so(ollama_scripted: Scripted) -> None:
    answer = post(ollama_scripted, "/api/chat", ask("x"))
    assert answer.status_code == 500 and "no more replies" in answer.json()["error"]


def test_a_failure_of_the_server_itself_surfaces_when_it_stops() -> None:
    def broken(request: GenerationRequest) -> str:
        raise ZeroDivisionError(request.user_text)

    with pytest.raises(ZeroDivisionError), OllamaServer(ScriptedBackend([broken])) as server:
        assert post(server, "/api/chat", ask("x")).status_code == 500


def test_a_slow_server_keeps_its_clients_waiting_for_the_load_and_the_first_piece() -> None:
    with OllamaServer(ScriptedBackend(default=echo), delay_s=0.1, load_s=0.2) as server:
        first, second = (post(server, "/api/chat", ask("x", stream=False)).json() for _ in range(2))
        assert first["load_duration"] >= 200_000_000
        assert second["load_duration"] < 100_000_000
        assert second["total_duration"] >= 100_000_000
