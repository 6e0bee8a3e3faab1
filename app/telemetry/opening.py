"""Telemetry as the settings have it: off, or towards one collector."""

from __future__ import annotations

import atexit
import threading
import uuid
from functools import cache
from importlib.metadata import version
from pathlib import Path

from app.costs.servers import Servers
from app.settings import Settings
from app.telemetry.steps import OFF, Telemetry, Trace

_END_S = 3.0
_NOBODY = Servers()


def open_telemetry(settings: Settings) -> Telemetry:
    """The telemetry of this process; off, with nothing loaded, where no collector is named.

    :raises AppUserError: the price list or the collector's certificate cannot be used.
    """
    return _opened(settings.telemetry_url, settings.prices, Servers.of(settings)) if settings.telemetry_url else OFF


@cache
def _opened(url: str, prices: Path | None, servers: Servers) -> Telemetry:
    telemetry = SentTelemetry(url, prices, servers)
    atexit.register(telemetry.close)
    return telemetry


class SentTelemetry(Telemetry):
    """Traces and figures, sent from threads of their own; what finds no room in the queue is dropped.

    The length of the queue and the pauses are OpenTelemetry's: ``OTEL_BSP_…``, ``OTEL_METRIC_EXPORT_INTERVAL``.

    :param url: of the collector, without ``/v1/traces``.
    """

    def __init__(self, url: str, prices: Path | None = None, servers: Servers = _NOBODY) -> None:
        from opentelemetry.metrics import NoOpMeterProvider
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        from app.costs.pricelist import load_prices
        from app.telemetry.meters import Meters
        from app.telemetry.sending import Collector, FigureSender, SpanSender

        paid_by, self.collector = load_prices(prices), Collector(url)
        # not Resource.create: its detectors would tell of the machine and of the command line
        resource = Resource(
            {
                "service.name": "polydesk",
                "service.version": version("polydesk"),
                "service.instance.id": str(uuid.uuid4()),
            }
        )
        nobody = NoOpMeterProvider()
        self._traces = TracerProvider(resource=resource, shutdown_on_exit=False, meter_provider=nobody)
        self._traces.add_span_processor(BatchSpanProcessor(SpanSender(self.collector), meter_provider=nobody))
        reader = PeriodicExportingMetricReader(FigureSender(self.collector))
        self._figures = MeterProvider([reader], resource, shutdown_on_exit=False)
        self._tracer = self._traces.get_tracer("polydesk")
        self._meters = Meters(self._figures.get_meter("polydesk"), paid_by, servers)
        self._closing = threading.Lock()

    def question(self) -> Trace:
        """See :class:`Telemetry`."""
        from app.telemetry.tracing import QuestionTrace

        return QuestionTrace(self._tracer, self._meters)

    def flush(self) -> None:
        """Send what is there now; waits for it."""
        self._traces.force_flush()

    def close(self) -> None:
        """See :class:`Telemetry`; a second time does nothing."""
        if not self._closing.acquire(blocking=False):
            return
        sending = threading.Thread(target=self._end, name="telemetry-end", daemon=True)
        sending.start()
        sending.join(_END_S)

    def _end(self) -> None:
        self._traces.shutdown()
        self._figures.shutdown()
        self.collector.close()
