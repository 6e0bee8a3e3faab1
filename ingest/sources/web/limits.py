"""How far and how much is fetched."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WebLimits:
    """Bounds of one source.

    :param depth: links from the start page; 0 is that page alone. A sitemap's pages are not crawled from.
    :param pages: addresses asked for in one listing.
    :param hosts: further hosts whose pages are taken, as ``docs.example.com`` or ``docs.example.com:8080``.
    :param page_bytes: of one page, unpacked.
    :param file_bytes: of one PDF, spreadsheet or sitemap, unpacked.
    :param total_bytes: of everything fetched in one listing, unpacked.
    :param seconds: for one request with its answer.
    :param longest_wait_s: for a server's ``Retry-After`` or ``Crawl-delay``; a longer one is given up on.
    :param parallel: requests at once, over all hosts.
    :param per_host: requests at once to one host.
    :param allow_private: whether loopback and private networks may be fetched from, as an intranet wiki needs.
    :param private_hosts: the hosts allowed to have such addresses, where not all are.
    :param proxy: address of a proxy; it then decides which addresses can be reached.
    """

    depth: int = 2
    pages: int = 500
    hosts: tuple[str, ...] = ()
    page_bytes: int = 10_000_000
    file_bytes: int = 50_000_000
    total_bytes: int = 1_000_000_000
    seconds: float = 30.0
    longest_wait_s: float = 30.0
    parallel: int = 4
    per_host: int = 2
    allow_private: bool = False
    private_hosts: tuple[str, ...] = ()
    proxy: str = ""
