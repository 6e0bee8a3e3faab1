"""The official client, LangChain and a person at a terminal can use the server that stands in for Ollama."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import ollama
import pytest
from langchain_ollama import ChatOllama

from tests.support.ollama import OllamaServer, ScriptedBackend
from tests.support.ollama.asking import (
    MODEL,
    Scripted,
    ask,
    post,
)
from tests.support.ollama.conformance import Description
from tests.support.ollama.tokens import count, split
from tests.support.patience import eventually

REPOSITORY = Path(__file__).resolve().parents[2]


def test_a_pulled_model_is_listed_after_its_progress_and_an_unknown_one_is_an_error_line(
    ollama_scripted: Scripted,
) -> None:
    client = ollama.Client(ollama_scripted.url)
    progress = list(client.pull("llama3.2:3b", stream=True))
    assert [part.status for part in progress][0 :: len(progress) - 1] == ["pulling manifest", "success"]
    weights = [part for part in progress if part.total == 2019377376]
    sizes = [part.completed or 0 for part in weights]
    assert sizes == sorted(sizes) and sizes[-1] == 2019377376 and len(sizes) > 2
    assert "llama3.2:3b" in {model.model for model in client.list().models}
    with pytest.raises(ollama.ResponseError, match="file does not exist"):
        list(client.pull("llama9:8b", stream=True))
    assert post(ollama_scripted, "/api/pull", {"model": "llama9:8b", "stream": False}).status_code == 500


def test_a_pull_that_is_broken_off_leaves_nothing_and_one_without_network_says_so() -> None:
    with OllamaServer(ScriptedBackend(), pull_step_s=0.05) as server:
        with httpx.stream("POST", server.url + "/api/pull", json={"model": "llama3.2:3b"}) as response:
            next(response.iter_lines())
        assert eventually(lambda: len(server.cancelled) == 1)
        assert "llama3.2:3b" not in httpx.get(server.url + "/api/tags").text
    with (
        OllamaServer(ScriptedBackend(), offline=True) as server,
        pytest.raises(ollama.ResponseError, match="no such host"),
    ):
        list(ollama.Client(server.url).pull("llama3.2:3b", stream=True))


def test_the_official_client_works(ollama_scripted: Scripted) -> None:
    client = ollama.Client(ollama_scripted.url)
    ollama_scripted.backend.enqueue("chat", "streamed chat", "generated", "streamed too")
    question = [{"role": "user", "content": "x"}]
    assert client.chat(MODEL, question).message.content == "chat"
    assert "".join(part.message.content or "" for part in client.chat(MODEL, question, stream=True)) == "streamed chat"
    assert client.generate(MODEL, "x", system="Be brief.").response == "generated"
    assert ollama_scripted.backend.seen[-1].system_text == "Be brief."
    assert "".join(part.response or "" for part in client.generate(MODEL, "x", stream=True)) == "streamed too"
    assert (client.show(MODEL).modelinfo or {})["llama.context_length"] == 131072
    assert {model.model for model in client.list().models} == {MODEL, "mistral:7b", "mistral-small:24b"}
    with pytest.raises(ollama.ResponseError) as missing:
        client.chat("llama9", question)
    assert missing.value.status_code == 404


def test_embeddings_have_length_one_and_similar_texts_are_near(ollama_scripted: Scripted) -> None:
    texts = ["refund for a late parcel", "a refund for the late parcel", "天気はどうですか"]
    near, nearer, far = ollama.Client(ollama_scripted.url).embed(MODEL, texts).embeddings
    assert sum(value * value for value in near) == pytest.approx(1)
    assert len(near) == 4096

    def cosine(a: Any, b: Any) -> float:
        return float(sum(x * y for x, y in zip(a, b, strict=True)))

    assert cosine(near, nearer) > 0.7 > cosine(near, far) + 0.3
    assert len(ollama.Client(ollama_scripted.url).embed(MODEL, "x", dimensions=8).embeddings[0]) == 8


def test_langchain_streams_sends_the_context_length_and_reads_the_counts(
    ollama_description: Description, ollama_scripted: Scripted
) -> None:
    model = ChatOllama(model=MODEL, base_url=ollama_scripted.url, num_ctx=2048, temperature=0, num_predict=64)
    ollama_scripted.backend.enqueue("Die Rückgabe ist frei.", {"queue": "returns"})
    pieces = list(model.stream("Was kostet die Rückgabe?"))
    total = pieces[0]
    for piece in pieces[1:]:
        total = total + piece
    assert len(pieces) > 3 and total.content == "Die Rückgabe ist frei."
    sent = ollama_scripted.requests[-1]
    assert sent["options"]["num_ctx"] == 2048
    assert ollama_description.request_problems("/api/chat", sent) == []
    assert total.usage_metadata is not None
    assert total.usage_metadata["input_tokens"] == 7 + count("Was kostet die Rückgabe?")
    assert total.usage_metadata["output_tokens"] == total.response_metadata["eval_count"] == count(str(total.content))
    schema = {"title": "q", "type": "object", "properties": {"queue": {"type": "string"}}, "required": ["queue"]}
    assert model.with_structured_output(schema, method="json_schema").invoke("x") == {"queue": "returns"}


def test_the_stand_in_tokenizer_loses_nothing_and_counts_cjk_by_character() -> None:
    text = "Hello world! 返品は無料です。\n환불 คืนเงิน"
    assert "".join(split(text)) == text
    assert (count("返品無料"), count("Hello world!")) == (4, 3)


def test_the_server_runs_by_hand_from_a_script_until_sigterm(tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    script.write_text("- Guten Tag\n- fault: {kind: http, status: 503, error: busy}\n", encoding="utf-8")
    command = [sys.executable, "-m", "tests.support.ollama", "--port", "0", "--models", MODEL]
    with subprocess.Popen(
        [*command, "--backend", "script", str(script)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert httpx.post(f"{url}/api/chat", json=ask("x", stream=False)).json()["message"]["content"] == "Guten Tag"
        assert httpx.post(f"{url}/api/chat", json=ask("x")).status_code == 503
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(10) == 0
    script.write_text("- {txt: misspelt}\n", encoding="utf-8")
    refused = subprocess.run(
        [*command, "--backend", "script", str(script)], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2 and "script.yaml: entry 0" in refused.stderr
