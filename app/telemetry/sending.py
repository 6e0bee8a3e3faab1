"""To a collector, as OTLP over HTTP: what cannot be sent is dropped and counted, and nobody waits for it."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import httpx
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.metrics.export import MetricExporter, MetricExportResult, MetricsData
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from app.errors import AppUserError
from app.models.outgoing import guarded

_TIMEOUT = httpx.Timeout(3.0, connect=1.0)
_HEADERS = "OTEL_EXPORTER_OTLP_HEADERS"  # where a collector's key stands by custom; read here and kept nowhere else
_CERTIFICATE = "OTEL_EXPORTER_OTLP_CERTIFICATE"
_log = logging.getLogger(__name__)


class Collector:
    """The collector at ``url``; safe to share between threads."""

    def __init__(self, url: str) -> None:
        self.lost = 0  # spans and batches of figures
        self._url = url.rstrip("/")
        self._is_gone = False
        self._lock = threading.Lock()
        verify: Any = _tls(os.environ.get(_CERTIFICATE))
        headers = _headers(os.environ.get(_HEADERS, ""))
        self._client = httpx.Client(
            timeout=_TIMEOUT,
            headers=headers,
            verify=verify,
            trust_env=False,
            **guarded(),
        )

    def takes(self, path: str, body: bytes, number: int) -> bool:
        """Whether the collector took it; the log says once that it does not, and once that it does again."""
        problem = ""
        try:
            status = self._client.post(
                f"{self._url}{path}", content=body, headers={"Content-Type": "application/x-protobuf"}
            ).status_code
            if status >= 300:
                problem = f"status {status}"
        except (httpx.HTTPError, httpx.InvalidURL, AppUserError, RuntimeError) as error:
            problem = type(error).__name__
        with self._lock:
            self.lost += number if problem else 0
            changed, self._is_gone = self._is_gone is not bool(problem), bool(problem)
        if changed and problem:
            _log.error("the collector in POLYDESK_TELEMETRY_URL takes nothing (%s): what it misses is dropped", problem)
        elif changed:
            _log.error("the collector in POLYDESK_TELEMETRY_URL is back; %d spans and figures were lost", self.lost)
        return not problem

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()


class SpanSender(SpanExporter):
    """Sends spans."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """See OpenTelemetry's."""
        taken = self._collector.takes("/v1/traces", encode_spans(spans).SerializeToString(), len(spans))
        return SpanExportResult.SUCCESS if taken else SpanExportResult.FAILURE


class FigureSender(MetricExporter):
    """Sends metrics."""

    def __init__(self, collector: Collector) -> None:
        super().__init__()
        self._collector = collector

    def export(self, metrics_data: MetricsData, timeout_millis: float = 0, **_more: Any) -> MetricExportResult:
        """See OpenTelemetry's; the collector's own time limit holds."""
        taken = self._collector.takes("/v1/metrics", encode_metrics(metrics_data).SerializeToString(), 1)
        return MetricExportResult.SUCCESS if taken else MetricExportResult.FAILURE

    def force_flush(self, timeout_millis: float = 0) -> bool:
        """Nothing is kept here."""
        return True

    def shutdown(self, timeout_millis: float = 0, **_more: Any) -> None:
        """Nothing is kept here."""


def _headers(written: str) -> dict[str, str]:
    """``key=value,key=value``, percent-encoded, as the variable is defined."""
    pairs = (pair.partition("=") for pair in written.split(",") if "=" in pair)
    return {name.strip(): unquote(value.strip()) for name, _, value in pairs}


def _tls(certificate: str | None) -> object:
    import ssl

    try:
        return ssl.create_default_context(cafile=certificate) if certificate else True
    except OSError as error:
        raise AppUserError(f"{_CERTIFICATE}: {certificate} cannot be read: {error.strerror or error}") from None
