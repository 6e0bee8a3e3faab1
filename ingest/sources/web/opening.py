"""From an address that somebody typed to its source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import IngestUserError
from ingest.sources.web.limits import WebLimits

if TYPE_CHECKING:
    from ingest.sources.web.source import WebSource


def open_web(address: str, cache: Path, limits: WebLimits) -> WebSource | None:
    """The source for a web address; None for what is none. Nothing is fetched yet.

    :param cache: file of what was fetched before, ``web.db`` in the home.
    :raises IngestUserError: the address cannot be used, or the cache cannot be made.
    """
    if not address.lower().startswith(("http://", "https://")):
        return None
    from ingest.sources.web.addresses import normalised  # httpx and lxml are for runs that fetch
    from ingest.sources.web.source import WebSource

    start = normalised(address)
    if start is None:
        raise IngestUserError(f"{address}: not a web address; write https://host/path, without a name or password")
    return WebSource(start, cache, limits)
