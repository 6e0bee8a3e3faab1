"""A collector that is gone costs nothing, and is told of once."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import pytest

from app.answers import Event
from app.errors import AppUserError
from app.telemetry.opening import SentTelemetry
from app.telemetry.sending import Collector
from ingest import residency
from tests.support.collector import collector

NOBODY = "http://127.0.0.1:9"


def test_it_is_said_once_that_nobody_is_there_and_once_that_somebody_is_back(caplog: pytest.LogCaptureFixture) -> None:
    with collector() as received, caplog.at_level(logging.ERROR, "app.telemetry"):
        sender = Collector(received.url)
        received.status = 503
        assert [sender.takes("/v1/traces", b"", 7) for _ in range(3)] == [False] * 3
        received.status = 200
        assert [sender.takes("/v1/traces", b"", 7) for _ in range(2)] == [True] * 2
    assert sender.lost == 21
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2
    assert "takes nothing (status 503)" in said[0]
    assert "is back; 21 spans" in said[1]


def test_questions_go_on_and_the_end_comes_soon_without_a_collector(caplog: pytest.LogCaptureFixture) -> None:
    telemetry = SentTelemetry(NOBODY)
    began = time.process_time()
    for _ in range(3_000):
        trace = telemetry.question()
        with trace.step("language") as step:
            step.set(language="en")
        list(trace.watched(_no_events()))
    assert time.process_time() - began < 5
    ending = time.monotonic()
    telemetry.close()
    telemetry.close()
    assert time.monotonic() - ending < 10  # three seconds, on a machine that does nothing else
    assert len([record for record in caplog.records if record.name.startswith("app.telemetry")]) == 1


def _no_events() -> Iterator[Event]:
    yield from ()


def test_a_collector_elsewhere_is_refused_at_the_call() -> None:
    residency.keep_to(["models.example.com"])
    sender = Collector("http://elsewhere.example.net:4318")
    assert not sender.takes("/v1/traces", b"", 1)


def test_the_collector_s_key_comes_from_the_variable_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Bearer%20abc,x-team=desk")
    with collector() as received:
        assert Collector(received.url).takes("/v1/traces", b"", 1)
    assert received.headers[0]["Authorization"] == "Bearer abc"
    assert received.headers[0]["x-team"] == "desk"


def test_a_certificate_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere.pem")
    with pytest.raises(AppUserError, match="OTEL_EXPORTER_OTLP_CERTIFICATE"):
        Collector(NOBODY)
