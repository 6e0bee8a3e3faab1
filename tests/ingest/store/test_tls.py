"""A Chroma server behind a proxy is asked over TLS, with a token that is shown to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from urllib3 import ProxyManager

from ingest.errors import IngestUserError, StoreError
from ingest.settings import IngestSettings, load_ingest_settings
from ingest.store import ChromaServer, Record, open_store
from ingest.store.http_api import HttpApi, pool_of
from ingest.store.remote import DATABASE, TENANT
from tests.support.tls_proxy import TlsProxy, tls_proxy

TOKEN = "ck-5f3a9e71b2c84d06"


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with open_store(tmp_path_factory.mktemp("chroma")) as store:
        yield store.url


@pytest.fixture
def proxy(chroma: str, tmp_path: Path) -> Iterator[TlsProxy]:
    with tls_proxy(int(chroma.rpartition(":")[2]), TOKEN, tmp_path) as proxy:
        yield proxy


@pytest.fixture
def server(proxy: TlsProxy) -> ChromaServer:
    return ChromaServer(proxy.url, token=TOKEN, ca_file=proxy.authority)


def record(name: str) -> Record:
    return Record(name, np.array([1, 0, 0], dtype=np.float32), name, {})


def test_what_is_written_through_the_proxy_is_found_through_it(server: ChromaServer, tmp_path: Path) -> None:
    with open_store(tmp_path / "untouched", server) as store:
        notes = store.collection("notes")
        notes.add([record("one"), record("two")])
        assert sorted(hit.id for hit in notes.query(record("one").vector, 5)) == ["one", "two"]
        notes.delete(["one", "two"])
    assert not (tmp_path / "untouched").exists()


@pytest.mark.parametrize(
    ("token", "what_to_do"),
    [(None, r"\(HTTP 401\): set POLYDESK_CHROMA_TOKEN"), ("ck-wrong", "set another POLYDESK_CHROMA_TOKEN")],
)
def test_a_token_that_is_refused_is_said_and_not_shown(
    server: ChromaServer, tmp_path: Path, token: str | None, what_to_do: str
) -> None:
    with (
        pytest.raises(IngestUserError, match=what_to_do) as caught,
        open_store(tmp_path, replace(server, token=token)),
    ):
        pass
    assert str(token) not in str(caught.value)


def test_a_certificate_that_nobody_vouches_for_is_not_believed(server: ChromaServer, tmp_path: Path) -> None:
    with (
        pytest.raises(IngestUserError, match=r"cannot be trusted .* POLYDESK_CHROMA_CA_FILE"),
        open_store(tmp_path, replace(server, ca_file=None)),
    ):
        pass


def test_a_certificate_of_another_host_is_not_believed(server: ChromaServer, tmp_path: Path) -> None:
    elsewhere = replace(server, url=server.url.replace("127.0.0.1", "localhost"))
    with pytest.raises(IngestUserError, match="cannot be trusted"), open_store(tmp_path, elsewhere):
        pass


def test_a_file_of_authorities_that_is_none_is_said_with_its_name(server: ChromaServer, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "missing.pem"):
        with pytest.raises(IngestUserError, match=rf"POLYDESK_CHROMA_CA_FILE: .*{name} cannot be read"):
            HttpApi(replace(server, ca_file=tmp_path / name))


def test_the_token_does_not_follow_a_redirect(server: ChromaServer, proxy: TlsProxy, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with tls_proxy(1, TOKEN, tmp_path / "other") as other:
        proxy.redirect_to = other.url
        with pytest.raises(StoreError, match="does not answer as one"), open_store(tmp_path, server):
            pass
        assert other.headers == []
        assert proxy.headers


@pytest.mark.parametrize(("excepted", "is_asked"), [("", True), ("chroma.example", False), ("*", False)])
def test_the_proxy_of_the_environment_is_asked_for_other_hosts_unless_they_are_excepted(
    monkeypatch: pytest.MonkeyPatch, excepted: str, is_asked: bool
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, excepted)
    assert isinstance(pool_of(ChromaServer("https://chroma.example"), 1.0), ProxyManager) is is_asked
    assert not isinstance(pool_of(ChromaServer("https://127.0.0.1"), 1.0), ProxyManager)


def test_no_token_goes_over_the_wire_in_the_clear() -> None:
    with pytest.raises(IngestUserError, match="would travel unencrypted: use https"):
        ChromaServer("http://chroma.example:8000", token=TOKEN)
    ChromaServer("http://127.0.0.1:8000", token=TOKEN)


@pytest.mark.parametrize("address", ["localhost:8000", "ftp://host", "http://", "http://host:99999", "http://h/a/path"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(IngestUserError, match="no address of a Chroma server"):
        ChromaServer(address)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(IngestUserError) as caught:
        ChromaServer("http://me:secret@host:8000")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("token", ["two words", "line\nX-Other: 1", "clé", ""])
def test_a_token_that_would_break_a_header_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(IngestUserError, match="POLYDESK_CHROMA_TOKEN") as caught:
        ChromaServer("https://host", token=token)
    assert not token or token not in str(caught.value)


def test_settings_come_from_the_environment_and_never_show_the_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours = {
        "URL": "https://chroma.example",
        "TOKEN": TOKEN,
        "TENANT": "acme",
        "DATABASE": "desk",
        "CA_FILE": str(tmp_path / "ca.pem"),
    }
    for name, value in ours.items():
        monkeypatch.setenv(f"POLYDESK_CHROMA_{name}", value)
    settings = load_ingest_settings()
    assert settings.chroma_server == ChromaServer("https://chroma.example", "acme", "desk", TOKEN, tmp_path / "ca.pem")
    assert TOKEN not in f"{settings!r} {settings} {settings.chroma_server!r}"


def test_each_database_of_a_tenant_has_collections_of_its_own(chroma: str, tmp_path: Path) -> None:
    admin = HttpApi(ChromaServer(chroma))
    admin.call("POST", "/api/v2/tenants", {"name": "acme"})
    admin.call("POST", "/api/v2/tenants/acme/databases", {"name": "desk"})
    admin.close()
    with (
        open_store(tmp_path, ChromaServer(chroma, "acme", "desk")) as desk,
        open_store(tmp_path, ChromaServer(chroma)) as own,
    ):
        desk.collection("articles").add([record("there")])
        assert desk.list_collections() == ["articles"]
        assert "articles" not in own.list_collections()


@pytest.mark.parametrize(("tenant", "database"), [("nobody", DATABASE), (TENANT, "nothing")])
def test_a_database_that_is_not_there_is_one_line(chroma: str, tmp_path: Path, tenant: str, database: str) -> None:
    with (
        pytest.raises(IngestUserError, match=f"no database '{database}' of tenant '{tenant}'"),
        open_store(tmp_path, ChromaServer(chroma, tenant, database)),
    ):
        pass


def test_chromas_own_cloud_is_asked_for_no_more_than_it_gives() -> None:
    assert ChromaServer("https://europe-west1.gcp.trychroma.com", token=TOKEN).quota == 300
    assert IngestSettings(chroma_url="https://nottrychroma.com").chroma_server == ChromaServer(
        "https://nottrychroma.com"
    )
    assert ChromaServer("https://nottrychroma.com").quota is None
