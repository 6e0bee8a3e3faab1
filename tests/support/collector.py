"""A collector that speaks OTLP over HTTP, on loopback; it keeps what it gets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

Attributes = dict[str, Any]


@dataclass
class Received:
    """All that came.

    :param raw: the bodies as they were on the wire.
    :param status: that is answered.
    """

    url: str = ""
    status: int = 200
    raw: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    traces: list[ExportTraceServiceRequest] = field(default_factory=list)
    metrics: list[ExportMetricsServiceRequest] = field(default_factory=list)

    @property
    def spans(self) -> list[Any]:
        """The spans, as they began."""
        of = [s for each in self.traces for r in each.resource_spans for scope in r.scope_spans for s in scope.spans]
        return sorted(of, key=lambda span: span.start_time_unix_nano)

    def named(self, kind: str) -> list[Any]:
        """The spans of one kind: those whose name begins with this word."""
        return [span for span in self.spans if span.name.split(" ")[0] == kind]

    @property
    def points(self) -> dict[str, list[Attributes]]:
        """The attributes of every point of every metric in the last report of each."""
        found: dict[str, list[Attributes]] = {}
        for each in self.metrics:
            for metric in (m for r in each.resource_metrics for scope in r.scope_metrics for m in scope.metrics):
                data = getattr(metric, str(metric.WhichOneof("data")))
                found[metric.name] = [attributes_of(point.attributes) for point in data.data_points]
        return found


@contextmanager
def collector() -> Iterator[Received]:
    """One that listens while the block runs."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.raw.append(body)
            received.headers.append(dict(self.headers))
            if received.status == 200 and self.path == "/v1/traces":
                received.traces.append(ExportTraceServiceRequest.FromString(body))
            elif received.status == 200 and self.path == "/v1/metrics":
                received.metrics.append(ExportMetricsServiceRequest.FromString(body))
            self.send_response(received.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Nothing on the tests' standard error."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        received.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield received
        finally:
            server.shutdown()


def attributes_of(pairs: Iterator[KeyValue] | Any) -> Attributes:
    """As Python has them."""
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> Any:
    kind = str(value.WhichOneof("value"))
    return [_value(each) for each in value.array_value.values] if kind == "array_value" else getattr(value, kind)
