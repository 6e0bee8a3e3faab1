"""For Prometheus, which comes and asks: the figures of this process as text."""

from __future__ import annotations

import threading
from importlib.util import find_spec

from app.address import is_exposed
from app.errors import AppUserError
from app.settings import Settings

_FEWEST_CHARACTERS = 16
_NEEDED = ("opentelemetry.exporter.prometheus", "prometheus_client")


def check_metrics(settings: Settings) -> None:
    """Whether figures may be shown with these settings.

    :raises AppUserError: others than the users of this machine could read them without a token, the token can be
        guessed, or a package is missing; the token is not named.
    """
    if not settings.metrics:
        return
    if any(find_spec(name) is None for name in _NEEDED):
        raise AppUserError("POLYDESK_METRICS needs two more packages: pip install 'polydesk[prometheus]'")
    if settings.metrics_token is None:
        if is_exposed(settings):
            raise AppUserError(
                "POLYDESK_METRICS: the page can be reached from elsewhere, so set POLYDESK_METRICS_TOKEN, too"
            )
    elif len(settings.metrics_token) < _FEWEST_CHARACTERS or not settings.metrics_token.isascii():
        raise AppUserError(f"POLYDESK_METRICS_TOKEN needs {_FEWEST_CHARACTERS} random ASCII characters or more")


class ScrapedFigures:
    """Counted from the start of the process, by what ``vocabulary.yaml`` names; beside them what the process takes.

    Each process has its own: where several serve the page, Prometheus has to ask each at its own address, not at that
    of the proxy before them, and adds them up itself (``sum by (polydesk_language) (rate(…))``).
    """

    def __init__(self) -> None:
        from opentelemetry.exporter.prometheus import PrometheusMetricReader
        from prometheus_client import CollectorRegistry, ProcessCollector

        # not the registry of the process: other libraries keep there what they like
        self._registry = CollectorRegistry()
        self.reader = PrometheusMetricReader(scope_info_enabled=False, registry=self._registry)
        ProcessCollector(registry=self._registry)  # memory, processor time, open files
        self._one_at_a_time = threading.Lock()  # the reader keeps one queue for all who ask

    def text(self, accept: str) -> tuple[bytes, str]:
        """The figures now, with their content type.

        :param accept: the header of whoever asks: Prometheus's own format, or OpenMetrics.
        """
        from prometheus_client.exposition import choose_encoder

        encode, kind = choose_encoder(accept)
        with self._one_at_a_time:
            return encode(self._registry), kind
