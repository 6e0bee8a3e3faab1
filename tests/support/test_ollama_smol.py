"""A real small model behind the server: it streams, stops, counts and overflows as a large one does."""

from __future__ import annotations

import json
import threading
from itertools import pairwise
from typing import Any

import httpx
import jsonschema
import ollama
import pytest
from langchain_ollama import ChatOllama

from tests.support.ollama import OllamaServer, SmolBackend
from tests.support.ollama.asking import lines, post
from tests.support.ollama.byte_level import token_bytes
from tests.support.ollama.conformance import NDJSON, Description
from tests.support.ollama.messages import Message
from tests.support.ollama.smol import MODEL, chat_prompt
from tests.support.patience import eventually

Smol = OllamaServer[SmolBackend]


def ask(text: str, **options: Any) -> dict[str, Any]:
    fixed = {"temperature": 0, "num_predict": 12, "num_ctx": 512}
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], "options": fixed | options}


def say(server: Smol, text: str, **options: Any) -> dict[str, Any]:
    answer: dict[str, Any] = post(server, "/api/chat", ask(text, **options) | {"stream": False}).json()
    return answer


def test_it_writes_the_same_again_at_temperature_zero_and_by_seed_above(ollama_smol: Smol) -> None:
    first, second = (say(ollama_smol, "Name three colours.") for _ in range(2))
    assert first["message"]["content"] == second["message"]["content"] != ""
    one, other, another = (
        say(ollama_smol, "Tell me a story.", temperature=1.5, seed=seed)["message"]["content"] for seed in (7, 7, 8)
    )
    assert one == other != another


def test_it_streams_token_by_token_and_counts_real_tokens(ollama_smol: Smol, ollama_description: Description) -> None:
    question = "Name three colours."
    *parts, last = lines(ollama_smol, "/api/chat", ask(question))
    assert len(parts) == last["eval_count"] == 12 and last["done_reason"] == "length"
    assert last["prompt_eval_count"] == ollama_smol.backend.count([Message(role="user", content=question)])
    assert [found for part in [*parts, last] for found in ollama_description.problems("/api/chat", part, NDJSON)] == []


def test_characters_of_several_tokens_come_whole(ollama_smol: Smol) -> None:
    *parts, last = lines(ollama_smol, "/api/chat", ask("Was kostet die Rückgabe? 日本語"))
    pieces = [part["message"]["content"] for part in parts]
    assert any(ord(char) > 0x3000 for char in "".join(pieces))
    assert "\ufffd" not in "".join(pieces[:-1])  # the limit may cut the very last one
    assert len(pieces) < last["eval_count"]


def test_it_ends_by_itself_and_says_so(ollama_smol: Smol) -> None:
    answer = say(ollama_smol, "Answer with the single word yes.", num_predict=200)
    assert answer["done_reason"] == "stop" and answer["eval_count"] < 200


def test_a_stop_string_ends_it_and_is_not_shown(ollama_smol: Smol) -> None:
    whole = say(ollama_smol, "Name three colours.")["message"]["content"]
    stop = whole[len(whole) // 2 :][:6]  # crosses the border of tokens
    answer = say(ollama_smol, "Name three colours.", stop=[stop])
    assert answer["message"]["content"] == whole[: whole.index(stop)]
    assert answer["done_reason"] == "stop" and answer["eval_count"] < 12


def test_an_overflowing_context_drops_the_oldest_messages_and_reports_fewer_tokens(ollama_smol: Smol) -> None:
    turns = [{"role": "system", "content": "Be brief."}]
    turns += [{"role": role, "content": f"{n} one two three four"} for n in range(4) for role in ("user", "assistant")]
    turns += [{"role": "user", "content": "Hello"}]
    sent = ollama_smol.backend.count([Message(**turn) for turn in turns])
    body = {"model": MODEL, "messages": turns, "stream": False}
    small, large = (
        post(ollama_smol, "/api/chat", body | {"options": {"num_ctx": size, "num_predict": 4, "temperature": 0}})
        for size in (64, 512)
    )
    assert large.json()["prompt_eval_count"] == sent > 64 >= small.json()["prompt_eval_count"] > 24


def test_a_message_longer_than_the_context_fills_it_and_writing_goes_on_by_shifting(ollama_smol: Smol) -> None:
    text = "The parcel is late. " * 60
    answer = say(ollama_smol, text, num_ctx=256, num_predict=4)
    assert answer["prompt_eval_count"] == 256 and answer["eval_count"] > 1
    halted = post(ollama_smol, "/api/chat", ask(text, num_ctx=64) | {"stream": False, "shift": False}).json()
    assert (halted["done_reason"], halted["eval_count"]) == ("length", 1)


def test_a_schema_binds_what_it_writes(ollama_smol: Smol) -> None:
    schema = {
        "type": "object",
        "properties": {"queue": {"type": "string", "enum": ["returns", "billing"]}, "urgent": {"type": "boolean"}},
        "required": ["queue", "urgent"],
    }
    client = ollama.Client(ollama_smol.url)
    question = [{"role": "user", "content": "Where is my refund? Which queue?"}]
    pieces = client.chat(MODEL, question, stream=True, format=schema, options={"temperature": 0, "num_predict": 80})
    jsonschema.validate(json.loads("".join(piece.message.content or "" for piece in pieces)), schema)
    broken = post(ollama_smol, "/api/chat", ask("x") | {"format": {"type": "frobnicated"}})
    assert broken.status_code == 500 and "invalid JSON schema" in broken.json()["error"]


def test_langchain_reads_its_real_counts(ollama_smol: Smol) -> None:
    model = ChatOllama(model=MODEL, base_url=ollama_smol.url, num_ctx=256, num_predict=8, temperature=0)
    reply = model.invoke("Hello")
    expected = ollama_smol.backend.count([Message(role="user", content="Hello")])
    assert reply.usage_metadata is not None
    assert reply.usage_metadata["input_tokens"] == expected and 0 < reply.usage_metadata["output_tokens"] <= 8
    assert ollama_smol.requests[-1]["options"]["num_ctx"] == 256


def test_a_raw_prompt_is_continued_without_a_template(ollama_smol: Smol) -> None:
    options = {"temperature": 0, "num_predict": 3, "num_ctx": 256}
    answer = ollama.Client(ollama_smol.url).generate(MODEL, "One, two, three,", raw=True, options=options)
    assert "four" in (answer.response or "")
    assert answer.prompt_eval_count == 6


def test_vectors_of_texts_with_one_meaning_are_nearer_than_of_others(ollama_smol: Smol) -> None:
    texts = ["I want my money back.", "I would like my money back.", "def f(x): return x ** 2"]
    vectors = ollama.Client(ollama_smol.url).embed(MODEL, texts).embeddings
    near, far = (sum(a * b for a, b in zip(vectors[0], vectors[n], strict=True)) for n in (1, 2))
    assert len(vectors[0]) == 576 and near > far


@pytest.mark.parametrize("question", ["Tell me a long story.", "Read this: " + "word " * 1500])
def test_it_stops_writing_or_reading_when_its_client_leaves(ollama_smol: Smol, question: str) -> None:
    body = ask(question, num_predict=2000, num_ctx=2048)
    before = len(ollama_smol.cancelled)
    with pytest.raises(httpx.ReadTimeout):
        post(ollama_smol, "/api/chat", body | {"stream": False}, timeout=0.5)
    assert eventually(lambda: len(ollama_smol.cancelled) == before + 1)
    assert ollama_smol.cancelled[-1]["messages"] == body["messages"]
    assert say(ollama_smol, "Hello", num_predict=1)["eval_count"] == 1


def test_two_clients_are_served_one_after_the_other(ollama_smol: Smol) -> None:
    alone = say(ollama_smol, "Name three colours.")["message"]["content"]
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(say(ollama_smol, "Name three colours.")["message"]["content"]))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [alone, alone]


def test_the_bytes_of_tokens_add_up_to_characters() -> None:
    assert b"".join(map(token_bytes, ["Ġæ", "Ĺ", "¥", "æľ¬"])).decode() == " 日本"
    assert token_bytes("<|im_end|>") == b"<|im_end|>"


def test_the_prompt_is_chatml_with_the_models_own_system_message_unless_one_is_sent() -> None:
    user = Message(role="user", content="Hi")
    default, own = chat_prompt([user]), chat_prompt([Message(role="system", content="Be brief."), user])
    assert default.startswith("<|im_start|>system\nYou are a helpful AI assistant named SmolLM")
    assert own == ("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n")
    assert all(len(a) < len(b) for a, b in pairwise([own, default]))
