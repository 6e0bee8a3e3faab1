"""What the tests of web sources share: listing a site, and names that lead to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.documents import Content, Finding, SourceItem
from ingest.sources.web import WebLimits
from ingest.sources.web.guard import Resolver
from ingest.sources.web.source import WebSource
from tests.support.website import Website

ALLOWED = WebLimits(allow_private=True, seconds=5.0, longest_wait_s=1.0)

Listed = tuple[dict[str, SourceItem], dict[str, str]]


def serve_languages(site: Website) -> None:
    """A start page that leads to one page in each of three languages."""
    site.page("/", '<h1>Help</h1><p>Start.</p><a href="/de">de</a> <a href="/ja#top">ja</a> <a href="/ar">ar</a>')
    site.page("/de", "<h1>Rückgabe</h1><p>30 Tage ab Erhalt.</p>", lang="de-AT")
    site.page("/ja", "<h1>返品</h1><p>三十日以内に返品できます。</p>", lang="ja")
    site.page("/ar", "<h1>الإرجاع</h1><p>خلال ٣٠ يومًا.</p>", lang="ar")


def listed(source: WebSource) -> Listed:
    """The items by the path of their address, and the codes of the findings by item."""
    entries = list(source.items())
    items = {entry.uri.split("/", 3)[3]: entry for entry in entries if isinstance(entry, SourceItem)}
    return items, {entry.item: entry.code for entry in entries if isinstance(entry, Finding)}


def opened(site: Website, folder: Path, path: str = "/", limits: WebLimits = ALLOWED) -> WebSource:
    return WebSource(site.url + path, folder / "web.db", limits)


def text(source: WebSource, item: SourceItem) -> str:
    content: Content = source.read(item)
    return content.data.decode()


def names(*hosts: str, at: str = "127.0.0.1") -> Resolver:
    """A resolver by which these names lead to the site, and no other name anywhere."""

    def resolve(host: str, _port: int) -> list[str]:
        if host not in hosts:
            raise OSError(f"unknown name {host}")
        return [at]

    return resolve


def in_turn(*answers: list[str]) -> tuple[Resolver, Callable[[], int]]:
    """A resolver that gives another answer each time, the last one for ever, and how often it was asked."""
    asked = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    return resolve, lambda: len(asked)
