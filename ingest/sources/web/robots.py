"""What a host lets robots fetch (RFC 9309)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego

from ingest.errors import DocumentError

_ROBOT = "polydesk"


class Robots:
    """The robots.txt of every host, read once a listing.

    :param read: the text of a robots.txt by its address, empty when there is none.
        A host whose robots.txt cannot be read is closed: it raises ``DocumentError``.
    """

    def __init__(self, read: Callable[[str], str]) -> None:
        self._read = read
        self._rules: dict[str, Protego | DocumentError] = {}
        self._lock = threading.Lock()

    def allows(self, url: str) -> bool:
        """Whether the address may be fetched.

        :raises DocumentError: the host's robots.txt cannot be read.
        """
        return self._of(url).can_fetch(url, _ROBOT)

    def delay_s(self, url: str) -> float:
        """Seconds to leave between two requests; errors as of :meth:`allows`."""
        return self._of(url).crawl_delay(_ROBOT) or 0.0

    def _of(self, url: str) -> Protego:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            if origin not in self._rules:
                try:
                    self._rules[origin] = Protego.parse(self._read(f"{origin}/robots.txt"))
                except DocumentError as error:
                    self._rules[origin] = error
            rules = self._rules[origin]
        if isinstance(rules, DocumentError):
            raise DocumentError(rules.code, str(rules))
        return rules
