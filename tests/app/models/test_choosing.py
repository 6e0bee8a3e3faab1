"""A model is named plainly, or the first that answers questions is taken."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.errors import AppUserError
from app.models.choosing import QUOTING, choose_model
from app.models.ollama import OllamaModel
from app.settings import Settings
from tests.support.ollama import OllamaServer, ScriptedBackend


class TagsServer(ThreadingHTTPServer):
    """Lists whatever tags it is told to, in that order; Ollama's catalogue of the tests holds only a few."""

    answer = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Tags)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def lists(self, *tags: str) -> None:
        self.answer = json.dumps({"models": [{"name": tag, "model": tag} for tag in tags]})


class _Tags(BaseHTTPRequestHandler):
    server: TagsServer

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.answer.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def tags_server() -> Iterator[TagsServer]:
    with TagsServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def settings(url: str = "http://127.0.0.1:9", **overrides: object) -> Settings:
    return Settings(ollama_url=url).model_copy(update=overrides)


def chosen_of(models: Sequence[str], name: str | None = None, **overrides: object) -> str | None:
    with OllamaServer(ScriptedBackend(), models=models) as server:
        model = choose_model(settings(server.url, **overrides), name)
    return model.name if model else None


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("ollama:llama3.1:8b", "ollama:llama3.1:8b"),
        ("llama3.1:8b", "ollama:llama3.1:8b"),
        ("ollama:mistral-small", "ollama:mistral-small"),
        ("mistral-small", "ollama:mistral-small"),
        (
            "hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M",
            "ollama:hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M",
        ),
    ],
)
def test_a_model_is_named_with_its_provider_or_by_its_bare_tag(name: str, model: str) -> None:
    chosen = choose_model(settings(), name)
    assert chosen is not None
    assert chosen.name == model


@pytest.mark.parametrize(
    "name", ["openai:gpt-4o", "mistralai:small", "anthropic:claude", "google_genai:gemini", "vllm:llama", "ollama:"]
)
def test_a_provider_that_is_not_known_is_one_line_that_says_what_to_write(name: str) -> None:
    with pytest.raises(AppUserError, match=r"ollama:TAG") as raised:
        choose_model(settings(), name)
    assert name in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_first_mistral_or_llama_on_the_server_is_taken_when_none_is_named() -> None:
    assert chosen_of(["llama3.1:8b", "nomic-embed-text", "smollm2:135m"]) == "ollama:llama3.1:8b"
    assert chosen_of(["mistral:7b", "smollm2:135m"]) == "ollama:mistral:7b"
    assert chosen_of(["smollm2:135m", "nomic-embed-text"]) is None
    assert chosen_of([]) is None


def test_the_setting_comes_before_the_server_and_the_question_before_the_setting() -> None:
    assert chosen_of(["llama3.1:8b"], model="mistral:7b") == "ollama:mistral:7b"
    assert chosen_of(["llama3.1:8b"], name="llama3.2:3b", model="mistral:7b") == "ollama:llama3.2:3b"


def test_quoting_is_chosen_by_its_name_also_where_a_model_is_there() -> None:
    assert chosen_of(["llama3.1:8b"], name=QUOTING) is None
    assert chosen_of(["llama3.1:8b"], model=QUOTING) is None


@pytest.mark.parametrize("tag", ["llama-guard3:8b", "llama-embed-nemotron:8b", "codellama:7b", "codestral:22b"])
def test_a_judge_an_encoder_or_a_programmer_is_not_taken_for_a_writer(tag: str, tags_server: TagsServer) -> None:
    tags_server.lists(tag, "Mistral-Nemo:12b")
    chosen = choose_model(settings(tags_server.url))
    assert chosen is not None
    assert chosen.tag == "Mistral-Nemo:12b"


@pytest.mark.parametrize("answer", ["", "<html>a captive portal</html>", "[]", '{"models": 3}', '{"models": [{}]}'])
def test_what_answers_but_is_no_ollama_has_no_models(answer: str, tags_server: TagsServer) -> None:
    tags_server.answer = answer
    assert choose_model(settings(tags_server.url)) is None


def test_no_server_no_model() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: a connection is refused
        assert choose_model(settings(f"http://127.0.0.1:{taken.getsockname()[1]}")) is None


@pytest.mark.parametrize(
    ("tag", "family"),
    [
        ("mistral:7b", "mistral"),
        ("mistral-small3.2:24b", "mistral"),
        ("ministral-3:8b", "mistral"),
        ("magistral:24b", "mistral"),
        ("mixtral:8x7b", "mistral"),
        ("hf.co/MistralAI/Mistral-Small:Q4", "mistral"),
        ("llama3.3:70b", "llama"),
        ("smollm2:135m", "llama"),
    ],
)
def test_a_tag_tells_the_family_whose_prompt_fits(tag: str, family: str) -> None:
    chosen = choose_model(settings(), tag)
    assert chosen is not None
    assert chosen.family == family


def test_the_settings_become_the_options_of_every_request() -> None:
    chosen = choose_model(settings(num_ctx=4096, num_predict=200, keep_alive="1h", model_timeout_s=7.0), "mistral")
    assert isinstance(chosen, OllamaModel)
    options = chosen.options
    assert (options.num_ctx, options.num_predict, options.keep_alive, options.silence_s) == (4096, 200, "1h", 7.0)
