"""Who gets the figures at ``/metrics``, and what they get."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.errors import AppUserError
from app.settings import Settings
from app.telemetry import opening, scraping
from app.telemetry.opening import SentTelemetry, open_telemetry
from app.ui.metrics_routes import METRICS, metrics_routes

TOKEN = "a-token-of-twenty-six-lett"
SHOWN = {"authorization": f"Bearer {TOKEN}"}
LOCAL = "http://127.0.0.1:8501"

Client = Callable[..., TestClient]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """Of somebody at ``host`` who asks for the page by ``base``."""

    def of(host: str = "127.0.0.1", base: str = LOCAL, **settings: object) -> TestClient:
        made = Settings(home=tmp_path, **{"metrics": True, **settings})  # type: ignore[arg-type]  # by their names
        return TestClient(Starlette(routes=list(metrics_routes(made))), base_url=base, client=(host, 50_000))

    opening._opened.cache_clear()
    yield of
    opening._opened.cache_clear()


def test_off_there_is_nothing(client: Client) -> None:
    assert client(metrics=False, metrics_token=TOKEN).get(METRICS, headers=SHOWN).status_code == 404


def test_without_a_token_this_machine_alone_may_ask(client: Client) -> None:
    answer = client().get(METRICS)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert answer.headers["cache-control"] == "no-store"
    assert "process_resident_memory_bytes" in answer.text
    assert client(host="10.0.0.7").get(METRICS).status_code == 403
    for header in ("x-forwarded-for", "forwarded", "via"):  # a proxy on this machine, and anybody behind it
        assert client().get(METRICS, headers={header: "10.0.0.7"}).status_code == 403
    for host in ("evil.example", "["):  # a name of a foreign page that was pointed at this machine
        assert client().get(METRICS, headers={"host": host}).status_code == 403


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer ", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer é"]
)
def test_with_a_token_nobody_gets_in_without_it(client: Client, shown: str) -> None:
    answer = client(metrics_token=TOKEN).get(METRICS, headers={b"authorization": shown.encode("latin-1")})
    assert (answer.status_code, answer.text) == (401, "")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_with_a_token_whoever_shows_it_may_ask_from_anywhere(client: Client) -> None:
    asking = client("10.0.0.7", "https://desk.example.com", public_url="https://desk.example.com", metrics_token=TOKEN)
    assert asking.get(METRICS, headers=SHOWN).status_code == 200


def test_the_format_is_the_one_that_is_asked_for(client: Client) -> None:
    answer = client().get(METRICS, headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_the_figures_are_those_of_the_telemetry_that_counts_questions(client: Client, tmp_path: Path) -> None:
    asking = client()
    telemetry = open_telemetry(Settings(home=tmp_path, metrics=True))
    assert isinstance(telemetry, SentTelemetry)
    telemetry._meters._add("polydesk.questions", 3, {"polydesk.language": "de", "polydesk.model": "m"})
    line = 'polydesk_questions_total{polydesk_language="de",polydesk_model="m"} 3.0'
    assert line in asking.get(METRICS).text


def test_a_page_that_others_reach_needs_a_token_that_cannot_be_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    exposed = Settings(metrics=True, public_url="https://desk.example.com")
    with pytest.raises(AppUserError, match="set POLYDESK_METRICS_TOKEN"):
        metrics_routes(exposed)
    with pytest.raises(AppUserError, match="16 random") as short:
        metrics_routes(exposed.model_copy(update={"metrics_token": "hunter2"}))
    assert "hunter2" not in str(short.value)
    monkeypatch.setattr(scraping, "find_spec", lambda _name: None)
    with pytest.raises(AppUserError, match=r"polydesk\[prometheus\]"):
        metrics_routes(Settings(metrics=True))


def test_the_token_is_not_shown_with_the_settings() -> None:
    assert TOKEN not in repr(Settings(metrics_token=TOKEN))
