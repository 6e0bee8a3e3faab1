"""What a browser sends to sign in and out: whence it must come, and what it gets."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.accounts import passwords
from app.accounts.account import Account
from app.accounts.attempts import Attempts
from app.accounts.database import SignInDatabase
from app.accounts.file import AccountFile
from app.accounts.oidc import OidcSettings
from app.accounts.sessions import SignInSessions
from app.accounts.signing_in import SignIn
from app.settings import Settings
from app.ui.accounts import routes
from app.ui.accounts.door import COOKIE, SECURE_COOKIE, Door
from app.ui.accounts.sign_in_view import form_html
from app.ui.wording import words_for
from tests.app.accounts.people import PASSWORD, Clock

HOME = "http://localhost"
OURS = {"origin": HOME, "sec-fetch-site": "same-origin"}


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Door:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: quick)
    passwords._nobodys.cache_clear()
    database, clock = SignInDatabase(tmp_path), Clock()
    sign_in = SignIn(AccountFile(tmp_path), SignInSessions(database, 12, clock), Attempts(database, clock))
    door = Door(sign_in, OidcSettings(), 12, is_shut=True)
    door.sign_in.accounts.add(Account(name="ana", display_name="Ana", role="agent"), PASSWORD)
    monkeypatch.setattr(routes, "door", lambda: door)
    return door


@pytest.fixture
def client(door: Door) -> TestClient:
    return client_of(Settings())


def client_of(settings: Settings, base: str = HOME) -> TestClient:
    return TestClient(Starlette(routes=routes.sign_in_routes(settings)), base_url=base, follow_redirects=False)


def test_the_right_password_sets_a_cookie_that_no_script_reads_and_signing_out_ends_it(
    client: TestClient, door: Door
) -> None:
    fields = {"user": "ana", "password": PASSWORD, "next": "queue=7&signin=wrong"}
    done = client.post("/sign-in", data=fields, headers=OURS)
    assert (done.status_code, done.headers["location"]) == (303, "/?queue=7")
    cookie = done.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie
    token = client.cookies[COOKIE]
    assert door.sign_in.account_of(token) is not None
    out = client.post("/sign-out", headers=OURS)
    assert out.status_code == 303 and COOKIE not in client.cookies
    assert door.sign_in.account_of(token) is None


def test_by_tls_the_cookie_is_sent_by_tls_alone(door: Door) -> None:
    settings = Settings(public_url="https://desk.example.com")
    client = client_of(settings, "https://desk.example.com")
    done = client.post(
        "/sign-in", data={"user": "ana", "password": PASSWORD}, headers={"origin": "https://desk.example.com"}
    )
    cookie = done.headers["set-cookie"]
    assert cookie.startswith(f"{SECURE_COOKIE}=") and "; Secure" in cookie and "Domain" not in cookie


@pytest.mark.parametrize("fields", [{"user": "ana", "password": "x"}, {"user": "no", "password": PASSWORD}, {}])
def test_what_is_wrong_is_not_said(client: TestClient, fields: dict[str, str]) -> None:
    done = client.post("/sign-in", data={**fields, "next": "c=1"}, headers=OURS)
    assert (done.status_code, done.headers["location"]) == (303, "/?signin=wrong&c=1")
    assert "set-cookie" not in done.headers


def test_after_some_tries_the_page_says_how_long_to_wait(client: TestClient) -> None:
    for _ in range(4):
        done = client.post("/sign-in", data={"user": "ana", "password": "x"}, headers=OURS)
    assert done.headers["location"] == "/?signin=wait&wait=1"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:9999"},
        {"origin": "http://evil.example", "host": "evil.example"},  # a name that was pointed at this machine
        {"origin": HOME, "sec-fetch-site": "cross-site"},
        {"origin": "http://[", "host": "["},
    ],
)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_what_another_page_makes_a_browser_send_is_refused(
    client: TestClient, path: str, headers: dict[str, str]
) -> None:
    done = client.post(path, data={"user": "ana", "password": PASSWORD}, headers=headers)
    assert done.status_code == 403 and "set-cookie" not in done.headers


@pytest.mark.parametrize(
    "following", ["//evil.example", "https://evil.example", "a=b\r\nSet-Cookie: x=y", "x" * 900, "&" * 90]
)
def test_signing_in_leads_to_a_page_of_ours_alone(client: TestClient, following: str) -> None:
    done = client.post("/sign-in", data={"user": "ana", "password": PASSWORD, "next": following}, headers=OURS)
    location = done.headers["location"]
    assert done.status_code == 303 and (location == "/" or location.startswith("/?"))
    assert "evil.example" not in location.partition("?")[0] and "x=y" not in done.headers["set-cookie"]


def test_a_form_longer_than_any_of_ours_is_not_read(client: TestClient) -> None:
    body = urlencode({"user": "ana", "password": PASSWORD, "next": "a" * 50_000})
    done = client.post("/sign-in", content=body, headers=OURS)
    assert done.headers["location"] == "/?signin=wrong"


def test_what_stands_in_the_address_is_escaped_in_the_form() -> None:
    html = form_html({"c": '"><script>alert(1)</script>', "signin": "wrong"}, words_for("en"))
    assert "<script>" not in html and "signin" not in html
