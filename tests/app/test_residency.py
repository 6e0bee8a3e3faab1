"""A model, a collector or an identity provider outside of the named hosts is refused at the start and at each call."""

from __future__ import annotations

import ast
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread

import pytest
from langchain_core.messages import HumanMessage

from app.errors import AppUserError, ModelError
from app.models.adapters.server import AdapterServer
from app.models.choosing import named_model
from app.models.hosts import tags_at
from app.models.pulling import pull
from app.serving import _environment
from app.settings import Settings, load_settings
from tests.conftest import REPOSITORY

_ASKING = {
    f"httpx.{name}"
    for name in ("get", "post", "put", "patch", "head", "delete", "request", "stream", "Client", "AsyncClient")
}
ELSEWHERE = "http://elsewhere.example.net:11434"
REFUSED = r"elsewhere\.example\.net is not among the hosts in POLYDESK_HOSTS"


@pytest.fixture(autouse=True)
def _one_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYDESK_HOSTS", "models.example.com")
    load_settings()


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        ("OLLAMA_URL", ELSEWHERE),
        ("OLLAMA_URL", f"http://127.0.0.1:11434, {ELSEWHERE}"),
        ("OPENAI_URL", f"{ELSEWHERE}/v1"),
        ("MISTRAL_URL", f"{ELSEWHERE}/v1"),
        ("CHROMA_URL", ELSEWHERE),
        ("TELEMETRY_URL", ELSEWHERE),
        ("OIDC_METADATA_URL", f"{ELSEWHERE}/.well-known/openid-configuration"),
        ("DATABASE_URL", "postgresql://desk@elsewhere.example.net/desk"),
    ],
)
def test_every_address_is_checked_at_the_start(monkeypatch: pytest.MonkeyPatch, variable: str, address: str) -> None:
    monkeypatch.setenv(f"POLYDESK_{variable}", address)
    with pytest.raises(AppUserError, match=f"^POLYDESK_{variable}: {REFUSED}") as caught:
        load_settings()
    assert "\n" not in str(caught.value)
    monkeypatch.setenv("POLYDESK_HOSTS", "models.example.com,elsewhere.example.net")
    load_settings()


def test_the_default_address_of_mistral_counts_once_such_a_model_is_wished_for(monkeypatch: pytest.MonkeyPatch) -> None:
    load_settings()
    monkeypatch.setenv("POLYDESK_MODEL", "mistralai:mistral-small-latest")
    with pytest.raises(AppUserError, match="POLYDESK_MISTRAL_URL"):
        load_settings()


@pytest.mark.parametrize("name", ["ollama:llama3.1:8b", "openai:llama3.1:8b", "mistralai:mistral-small-latest"])
def test_a_model_elsewhere_is_refused_at_the_call(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("POLYDESK_MISTRAL_API_KEY", "a key")
    model = named_model(Settings(ollama_url=ELSEWHERE, openai_url=ELSEWHERE, mistral_url=ELSEWHERE), name)
    with pytest.raises(ModelError, match=REFUSED) as caught:
        list(model.stream([HumanMessage("How long may I wait?")], Event()))
    assert caught.value.code == "refused-host"


@pytest.mark.parametrize(
    "call",
    [
        lambda: tags_at(ELSEWHERE),
        lambda: pull(ELSEWHERE, "llama3.1:8b", lambda _step: None),
        lambda: AdapterServer(ELSEWHERE).shown("llama3.1:8b"),
        lambda: AdapterServer(ELSEWHERE).create("a", "b", {}, ()),
    ],
    ids=["tags", "pull", "show", "create"],
)
def test_whatever_else_is_asked_of_a_model_s_server_is_refused_too(call: Callable[[], object]) -> None:
    with pytest.raises(AppUserError, match=REFUSED):
        call()


def test_a_server_at_hand_cannot_redirect_to_one_elsewhere() -> None:
    class Redirecting(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(307)
            self.send_header("Location", f"{ELSEWHERE}/api/chat")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Redirecting) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        model = named_model(Settings(ollama_url=f"http://127.0.0.1:{server.server_port}"), "ollama:llama3.1:8b")
        with pytest.raises(ModelError, match=REFUSED):
            list(model.stream([HumanMessage("How long may I wait?")], Event()))
        server.shutdown()


def test_the_page_s_process_gets_the_same_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in _environment(load_settings()).items():
        monkeypatch.setenv(name, value)
    assert load_settings().hosts == ("models.example.com",)
    assert load_settings().web_hosts == ()


def test_no_request_of_a_model_s_server_goes_past_the_check() -> None:
    """Every direct call of httpx names its address through ``checked``, or makes a client that is guarded."""
    unchecked = []
    for file in (file for room in ("app", "eval") for file in sorted((REPOSITORY / room).rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            called, shown = ast.unparse(node.func), ast.unparse(node)
            asks = called in _ASKING
            if asks and "checked(" not in shown and "guarded" not in shown:
                unchecked.append(f"{file.relative_to(REPOSITORY)}:{node.lineno}: {shown[:80]}")
    assert unchecked == []
