"""With hosts named, nothing is sent anywhere else, and one line says what was refused."""

from __future__ import annotations

import socket

import pytest

from ingest import residency
from ingest.errors import IngestUserError
from ingest.settings import load_ingest_settings
from ingest.store import ChromaServer
from ingest.store.http_api import HttpApi
from tests.support.no_way_out import tried


def test_without_named_hosts_everything_may_be_asked() -> None:
    assert not residency.refuses("anywhere.example.com")


@pytest.mark.parametrize(
    ("host", "refused"),
    [
        ("models.example.com", False),
        ("MODELS.example.com.", False),
        ("10.0.0.5", False),
        ("localhost", False),
        ("127.8.0.1", False),
        ("[::1]", False),
        ("::1", False),
        ("other.example.com", True),
        ("models.example.com.evil.net", True),
        ("evilmodels.example.com", True),
        ("10.0.0.50", True),
        ("127.0.0.1.evil.net", True),
        ("0.0.0.0", True),  # noqa: S104  # compared with
        ("", True),
        (None, True),
    ],
)
def test_only_the_named_hosts_and_this_machine_pass(host: str | None, refused: bool) -> None:
    residency.keep_to(["models.example.com", "10.0.0.5"])
    assert residency.refuses(host) is refused


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1@evil.net/v1",
        "http://evil.net:11434",
        "evil.net:11434",
        "//evil.net",
        "http://models.example.com@evil.net",
        "http://[bad",
    ],
)
def test_an_address_is_refused_for_the_host_that_it_leads_to(address: str) -> None:
    residency.keep_to(["models.example.com"])
    with pytest.raises(IngestUserError, match=r"POLYDESK_OLLAMA_URL: .*not among the hosts in POLYDESK_HOSTS"):
        residency.check_address(address, "POLYDESK_OLLAMA_URL")


@pytest.mark.parametrize("address", ["models.example.com:11434", "https://models.example.com/v1", "http://[::1]:8000"])
def test_a_named_host_passes_with_or_without_scheme_and_port(address: str) -> None:
    residency.keep_to(["models.example.com"])
    residency.check_address(address, "POLYDESK_OLLAMA_URL")


@pytest.mark.parametrize("written", ["https://models.example.com", "models.example.com:443", "a b", "*"])
def test_what_is_no_name_of_a_host_is_told_apart(written: str) -> None:
    with pytest.raises(IngestUserError, match=r"POLYDESK_HOSTS: .* is no host"):
        residency.keep_to([written])


@pytest.mark.parametrize(
    ("url", "passes"),
    [
        ("sqlite:///desk.db", True),
        ("postgresql://desk@db.example.com/desk", True),
        ("postgresql:///desk?host=/var/run/postgresql", True),
        ("postgresql:///desk", True),
        ("postgresql://desk@evil.net/desk", False),
        ("postgresql://desk@/desk?host=db.example.com&host=evil.net", False),
        ("postgresql://desk@/desk?host=db.example.com,evil.net", False),
        ("postgresql://desk@db.example.com/desk?hostaddr=203.0.113.9", False),
        ("postgresql:///desk?service=elsewhere", False),
    ],
)
def test_a_database_is_refused_by_its_server(monkeypatch: pytest.MonkeyPatch, url: str, passes: bool) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    residency.keep_to(["db.example.com"])
    if passes:
        residency.check_database(url)
        monkeypatch.setenv("PGHOSTADDR", "203.0.113.9")
    if not url.startswith("sqlite"):
        with pytest.raises(IngestUserError, match="POLYDESK_DATABASE_URL: "):
            residency.check_database(url)


def test_ingestion_refuses_a_foreign_store_at_its_start_and_at_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    early = HttpApi(ChromaServer("https://chroma.example.net"))
    monkeypatch.setenv("POLYDESK_HOSTS", "models.example.com, 10.0.0.5")
    assert load_ingest_settings().hosts == ("models.example.com", "10.0.0.5")
    with pytest.raises(IngestUserError, match=r"POLYDESK_CHROMA_URL: chroma\.example\.net is not among"):
        ChromaServer("https://chroma.example.net")
    with pytest.raises(IngestUserError, match=r"POLYDESK_CHROMA_URL: chroma\.example\.net is not among"):
        early.heartbeat()
    monkeypatch.setenv("POLYDESK_CHROMA_URL", "https://chroma.example.net")
    with pytest.raises(IngestUserError, match=r"POLYDESK_CHROMA_URL: chroma\.example\.net is not among") as caught:
        load_ingest_settings()
    assert "\n" not in str(caught.value)


def test_the_guard_over_the_tests_refuses_and_remembers_what_leaves_the_machine() -> None:
    with socket.socket() as outside, pytest.raises(PermissionError):
        outside.connect(("203.0.113.9", 443))
    assert tried == ["203.0.113.9:443"]
    tried.clear()
