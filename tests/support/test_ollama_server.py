"""The server that stands in for Ollama answers and refuses as Ollama does."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from typing import Any

import httpx
import ollama
import pytest

from tests.support.ollama import OllamaServer, Reply, ScriptedBackend, echo
from tests.support.ollama.asking import (
    MODEL,
    Scripted,
    ask,
    lines,
    post,
    text_of,
)
from tests.support.ollama.conformance import NDJSON, Description
from tests.support.ollama.options import parse_keep_alive
from tests.support.ollama.stopping import StopMatcher
from tests.support.ollama.tokens import count
from tests.support.patience import eventually

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/chat", ask("Hallo Welt")),
        ("/api/chat", ask("Hallo Welt", options={"num_predict": 1})),
        ("/api/chat", {"model": MODEL, "messages": []}),
        ("/api/chat", {"model": MODEL, "messages": [], "keep_alive": 0}),
        ("/api/generate", {"model": MODEL, "prompt": "Hallo Welt"}),
        ("/api/generate", {"model": MODEL, "prompt": ""}),
        ("/api/embed", {"model": MODEL, "input": ["Hallo", "Welt"]}),
        ("/api/embed", {"model": MODEL, "input": "Hallo"}),
        ("/api/show", {"model": MODEL}),
        ("/api/pull", {"model": "llama3.2:3b"}),
        ("/api/create", {"model": "mine", "from": MODEL, "license": ["a notice"]}),
    ],
)
def test_every_answer_satisfies_the_openapi_description(
    ollama_description: Description, ollama_scripted: Scripted, path: str, body: dict[str, Any]
) -> None:
    ollama_scripted.backend.enqueue("Guten Tag 日本", "Guten Tag 日本")
    whole = post(ollama_scripted, path, body | {"stream": False})
    assert whole.status_code == 200
    assert ollama_description.problems(path, whole.json()) == []
    streamed = post(ollama_scripted, path, body)
    kind = streamed.headers["content-type"].partition(";")[0]
    parts = [json.loads(line) for line in streamed.text.splitlines()]
    assert [problem for part in parts for problem in ollama_description.problems(path, part, kind)] == []
    assert ollama_description.request_problems(path, body) == []


@pytest.mark.parametrize("path", ["/api/tags", "/api/ps", "/api/version"])
def test_every_listing_satisfies_the_openapi_description(
    ollama_description: Description, ollama_scripted: Scripted, path: str
) -> None:
    ollama_scripted.backend.enqueue("Hello")
    post(ollama_scripted, "/api/chat", ask("Hello", stream=False))
    answer = httpx.get(ollama_scripted.url + path).json()
    assert ollama_description.problems(path, answer) == []
    assert all(answer.values())


def test_files_are_kept_by_their_digest_and_others_refused(ollama_scripted: Scripted) -> None:
    digest = f"sha256:{hashlib.sha256(b'GGUF').hexdigest()}"
    address = f"{ollama_scripted.url}/api/blobs/{digest}"
    assert httpx.head(address).status_code == 404
    refused = httpx.post(address, content=b"other")
    assert refused.status_code == 400 and refused.json()["error"].startswith("digest mismatch")
    assert httpx.post(address, content=b"GGUF").status_code == 201
    assert httpx.head(address).status_code == 200
    assert httpx.head(f"{ollama_scripted.url}/api/blobs/sha256:x").status_code == 400


def test_a_model_that_is_made_of_another_names_its_parent_and_keeps_its_licence(
    ollama_description: Description, ollama_scripted: Scripted
) -> None:
    made = post(ollama_scripted, "/api/create", {"model": "mine", "from": MODEL, "license": "a notice"})
    assert [json.loads(line)["status"] for line in made.text.splitlines()][-1] == "success"
    shown = post(ollama_scripted, "/api/show", {"model": "mine"}).json()
    assert shown["details"]["parent_model"] == MODEL
    assert shown["license"].splitlines() == ["Llama 3.1 Community License Agreement", "a notice"]
    assert ollama_description.problems("/api/show", shown) == []


def test_the_description_finds_nulls_wrong_types_and_misspelt_fields(ollama_description: Description) -> None:
    assert ollama_description.problems("/api/chat", {"model": MODEL, "done_reason": None})
    assert ollama_description.problems("/api/chat", {"message": {"role": "assistant", "content": 1}}, NDJSON)
    assert ollama_description.problems("/api/chat", {"promt_eval_count": 1}) == ["promt_eval_count: not described"]
    assert ollama_description.problems("/api/tags", {"models": [{"nam": "x"}]}) == ["models.nam: not described"]


def test_a_stream_ends_with_the_reason_the_counts_and_nanoseconds(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue("Two words, or three.")
    *parts, last = lines(ollama_scripted, "/api/chat", ask("How many?"))
    assert "".join(part["message"]["content"] for part in parts) == "Two words, or three."
    assert len(parts) > 2
    assert not any(part["done"] for part in parts)
    assert last["done"] and last["done_reason"] == "stop" and last["message"] == {"role": "assistant", "content": ""}
    assert last["prompt_eval_count"] == 3 + 4 + count("How many?")
    assert last["eval_count"] == count("Two words, or three.")
    assert 1_000 < last["eval_duration"] <= last["total_duration"] < 10_000_000_000
    assert all(RFC3339.fullmatch(part["created_at"]) for part in [*parts, last])


def test_a_model_is_shown_with_its_context_family_and_template(ollama_scripted: Scripted) -> None:
    shown = post(ollama_scripted, "/api/show", {"model": "mistral-small:24b"}).json()
    kind = shown["model_info"]["general.architecture"]
    assert shown["model_info"][f"{kind}.context_length"] == 32768
    assert (shown["details"]["family"], shown["details"]["quantization_level"]) == (kind, "Q4_K_M")
    assert shown["capabilities"] == ["completion", "tools"] and "[INST]" in shown["template"]


def test_the_root_says_that_ollama_is_running(ollama_scripted: Scripted) -> None:
    assert httpx.get(ollama_scripted.url).text == "Ollama is running"
    assert httpx.head(ollama_scripted.url).status_code == 200
    assert httpx.get(ollama_scripted.url + "/api/nothing").status_code == 404
    assert httpx.get(ollama_scripted.url + "/api/chat").status_code == 405


def test_a_missing_model_is_404_in_ollamas_words(ollama_description: Description, ollama_scripted: Scripted) -> None:
    for path in ("/api/chat", "/api/generate", "/api/embed", "/api/show"):
        answer = post(ollama_scripted, path, {"model": "llama9"})
        assert (answer.status_code, answer.json()) == (404, {"error": "model 'llama9' not found"})
        assert ollama_description.error_problems(answer.json()) == []


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "missing request body"),
        (b"{", 400, "request body"),
        (b"[]", 400, "request body"),
        (b'{"messages": []}', 400, "model is required"),
        (json.dumps(ask("x", messages="x")).encode(), 400, "messages"),
        (json.dumps(ask("x", options={"num_ctx": "big"})).encode(), 500, 'option "num_ctx" must be of type integer'),
        (json.dumps(ask("x", keep_alive="5")).encode(), 400, "missing unit in duration"),
        (json.dumps(ask("x", format="yaml")).encode(), 500, "invalid format"),
        (json.dumps(ask("x", think=True)).encode(), 400, "does not support thinking"),
    ],
)
def test_a_wrong_request_is_refused_with_the_reason(
    ollama_scripted: Scripted, body: bytes, status: int, words: str
) -> None:
    answer = httpx.post(ollama_scripted.url + "/api/chat", content=body)
    assert answer.status_code == status
    assert words in answer.json()["error"]


def test_a_model_that_does_not_fit_into_memory_is_500() -> None:
    with OllamaServer(ScriptedBackend(default=echo), memory=6 << 30) as server:
        assert post(server, "/api/chat", ask("x", stream=False)).status_code == 200
        answer = post(server, "/api/chat", ask("x", options={"num_ctx": 131072}))
        assert answer.status_code == 500
        assert answer.json()["error"] == ("model requires more system memory (20.6 GiB) than is available (6.0 GiB)")


def test_one_request_runs_the_next_waits_and_one_too_many_is_503() -> None:
    backend = ScriptedBackend([Reply("first", pause_s=0.4, chunk_chars=5), "second"])
    with OllamaServer(backend, max_queue=1) as server:
        answers: list[str] = []

        def talk() -> None:
            answers.append(text_of(post(server, "/api/chat", ask("x", stream=False))))

        threads = [threading.Thread(target=talk) for _ in range(2)]
        threads[0].start()
        assert eventually(lambda: bool(backend.seen))
        threads[1].start()
        assert eventually(lambda: server.waiting == 1) and len(backend.seen) == 1
        refused = post(server, "/api/chat", ask("x"))
        for thread in threads:
            thread.join()
        assert sorted(answers) == ["first", "second"]
        assert refused.status_code == 503
        assert refused.json()["error"].startswith("server busy, please try again.")


def test_a_long_conversation_loses_its_oldest_messages_and_only_the_count_tells(ollama_scripted: Scripted) -> None:
    messages = [{"role": "system", "content": "Be kind."}]
    messages += [{"role": role, "content": f"{n} " + "x" * 200} for n in range(4) for role in ("user", "assistant")]
    messages += [{"role": "user", "content": "And now?"}]
    ollama_scripted.backend.enqueue(lambda request: request.messages[1].content[:1], lambda request: "whole")
    body = {"model": MODEL, "messages": messages, "stream": False}
    cut = post(ollama_scripted, "/api/chat", body | {"options": {"num_ctx": 200}}).json()
    whole = post(ollama_scripted, "/api/chat", body | {"options": {"num_ctx": 4096}}).json()
    assert cut["prompt_eval_count"] <= 200 < whole["prompt_eval_count"]
    assert cut["message"]["content"] == "2"
    left = ollama_scripted.backend.seen[0].messages
    assert (left[0].content, left[-1].content) == ("Be kind.", "And now?")


def test_a_single_message_longer_than_the_context_is_read_to_the_brim(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue("cut")
    answer = post(ollama_scripted, "/api/chat", ask("x" * 4000, stream=False, options={"num_ctx": 128})).json()
    assert answer["prompt_eval_count"] == 128


def test_stop_strings_and_num_predict_end_a_reply(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue("one STOP two", "one two three four")
    stopped = post(ollama_scripted, "/api/chat", ask("x", stream=False, options={"stop": ["STOP"]})).json()
    assert (stopped["message"]["content"], stopped["done_reason"]) == ("one ", "stop")
    limited = post(ollama_scripted, "/api/chat", ask("x", stream=False, options={"num_predict": 2})).json()
    assert (limited["message"]["content"], limited["done_reason"], limited["eval_count"]) == ("one two ", "length", 2)


def test_a_stop_string_is_found_across_pieces_and_its_beginning_is_not_shown_early() -> None:
    matcher = StopMatcher(["</s>"])
    assert [matcher.feed(piece) for piece in ("a<", "/b", "<", "/s", ">c")] == ["a", "</b", "", "", ""]
    assert matcher.stopped
    open_end = StopMatcher(["</s>"])
    assert open_end.feed("a</") + open_end.flush() == "a</"


def test_structured_output_is_checked_or_made(ollama_scripted: Scripted) -> None:
    schema = {
        "type": "object",
        "properties": {"queue": {"enum": ["returns", "billing"]}, "urgent": {"type": "boolean"}},
        "required": ["queue", "urgent"],
    }
    ollama_scripted.backend.enqueue(
        {"queue": "billing", "urgent": True}, None, "no json", Reply("no json", check_format=False)
    )
    answers = [post(ollama_scripted, "/api/chat", ask("x", stream=False, format=schema)) for _ in range(4)]
    assert json.loads(answers[0].json()["message"]["content"]) == {"queue": "billing", "urgent": True}
    assert json.loads(answers[1].json()["message"]["content"]) == {"queue": "returns", "urgent": False}
    assert answers[2].status_code == 500
    assert answers[3].json()["message"]["content"] == "no json"


def test_keep_alive_decides_how_long_a_model_stays_loaded(ollama_scripted: Scripted) -> None:
    client = ollama.Client(ollama_scripted.url)
    ollama_scripted.backend.enqueue("a", "b", "c", "d")
    client.chat(MODEL, [{"role": "user", "content": "x"}], options={"num_ctx": 2048}, keep_alive="10m")
    running = client.ps().models[0]
    assert (running.name, running.context_length) == (MODEL, 2048)
    assert running.expires_at is not None and 590 < running.expires_at.timestamp() - time.time() < 601
    client.chat(MODEL, [{"role": "user", "content": "x"}], options={"num_ctx": 2048}, keep_alive=0.05)
    assert eventually(lambda: not client.ps().models)
    client.chat(MODEL, [{"role": "user", "content": "x"}], options={"num_ctx": 4096}, keep_alive=-1)
    assert client.ps().models[0].expires_at.year > 2200  # type: ignore[union-attr]  # the client allows None
    assert client.generate(MODEL, keep_alive=0).done_reason == "unload"
    assert not client.ps().models
    client.chat(MODEL, [{"role": "user", "content": "x"}], keep_alive=0)
    assert not client.ps().models
    assert ollama_scripted.loads == [(MODEL, 2048), (MODEL, 4096), (MODEL, 4096)]


def test_another_context_length_loads_the_model_anew(ollama_scripted: Scripted) -> None:
    ollama_scripted.backend.enqueue("a", "b", "c")
    for num_ctx in (2048, 2048, 4096):
        post(ollama_scripted, "/api/chat", ask("x", options={"num_ctx": num_ctx}))
    assert ollama_scripted.loads == [(MODEL, 2048), (MODEL, 4096)]


@pytest.mark.parametrize(("sent", "seconds"), [("1h30m", 5400.0), ("90s", 90.0), ("500ms", 0.5), ("0", 0.0), (7, 7.0)])
def test_keep_alive_is_read_as_a_go_duration_or_seconds(sent: str | float, seconds: float) -> None:
    assert parse_keep_alive(sent) == pytest.approx(seconds)
