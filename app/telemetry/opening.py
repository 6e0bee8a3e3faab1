"""Telemetry as the settings have it: off, towards one collector, for Prometheus to ask for, or both."""

from __future__ import annotations

import atexit
import threading
import uuid
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from app.costs.servers import Servers
from app.settings import Settings
from app.telemetry.steps import OFF, Telemetry, Trace

if TYPE_CHECKING:
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    from app.telemetry.sending import Collector

_END_S = 3.0
_NOBODY = Servers()


def open_telemetry(settings: Settings) -> Telemetry:
    """The telemetry of this process; off, with nothing loaded, where no collector is named and nobody may ask for it.

    :raises AppUserError: the price list or the collector's certificate cannot be used.
    """
    if not settings.telemetry_url and not settings.metrics:
        return OFF
    return _opened(settings.telemetry_url, settings.prices, Servers.of(settings), settings.metrics)


@cache
def _opened(url: str, prices: Path | None, servers: Servers, scraped: bool) -> Telemetry:
    telemetry = SentTelemetry(url, prices, servers, scraped)
    atexit.register(telemetry.close)
    return telemetry


class SentTelemetry(Telemetry):
    """Traces and figures, sent from threads of their own; what finds no room in the queue is dropped.

    The length of the queue and the pauses are OpenTelemetry's: ``OTEL_BSP_…``, ``OTEL_METRIC_EXPORT_INTERVAL``.

    :param url: of the collector, without ``/v1/traces``; nothing is sent when empty, and no trace is kept.
    :param scraped: whether the figures are kept for whoever asks.
    """

    def __init__(self, url: str, prices: Path | None = None, servers: Servers = _NOBODY, scraped: bool = False) -> None:
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.trace import NoOpTracer

        from app.costs.pricelist import load_prices
        from app.telemetry.meters import Meters
        from app.telemetry.scraping import ScrapedFigures
        from app.telemetry.sending import Collector, FigureSender

        paid_by = load_prices(prices)
        # not Resource.create: its detectors would tell of the machine and of the command line
        resource = Resource(
            {
                "service.name": "polydesk",
                "service.version": version("polydesk"),
                "service.instance.id": str(uuid.uuid4()),
            }
        )
        self.collector = Collector(url) if url else None
        self._traces = _traces_to(self.collector, resource) if self.collector else None
        self._scraped = ScrapedFigures() if scraped else None
        readers: list[MetricReader] = []
        if self.collector:
            readers.append(PeriodicExportingMetricReader(FigureSender(self.collector)))
        if self._scraped:
            readers.append(self._scraped.reader)
        self._figures = MeterProvider(readers, resource, shutdown_on_exit=False)
        self._tracer = self._traces.get_tracer("polydesk") if self._traces else NoOpTracer()
        self._meters = Meters(self._figures.get_meter("polydesk"), paid_by, servers)
        self._closing = threading.Lock()

    def question(self) -> Trace:
        """See :class:`Telemetry`."""
        from app.telemetry.tracing import QuestionTrace

        return QuestionTrace(self._tracer, self._meters)

    def figures(self, accept: str) -> tuple[bytes, str] | None:
        """See :class:`Telemetry`."""
        return self._scraped.text(accept) if self._scraped else None

    def flush(self) -> None:
        """Send what is there now; waits for it."""
        if self._traces:
            self._traces.force_flush()

    def close(self) -> None:
        """See :class:`Telemetry`; a second time does nothing."""
        if not self._closing.acquire(blocking=False):
            return
        sending = threading.Thread(target=self._end, name="telemetry-end", daemon=True)
        sending.start()
        sending.join(_END_S)

    def _end(self) -> None:
        if self._traces:
            self._traces.shutdown()
        self._figures.shutdown()
        if self.collector:
            self.collector.close()


def _traces_to(collector: Collector, resource: Resource) -> TracerProvider:
    from opentelemetry.metrics import NoOpMeterProvider
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from app.telemetry.sending import SpanSender

    nobody = NoOpMeterProvider()
    traces = TracerProvider(resource=resource, shutdown_on_exit=False, meter_provider=nobody)
    traces.add_span_processor(BatchSpanProcessor(SpanSender(collector), meter_provider=nobody))
    return traces
