"""A wiki with a JSON API: ``polydesk ingest wiki:https://wiki.example.com``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import httpx

from ingest.documents import Content, Finding, SourceItem
from ingest.errors import DocumentError, IngestError
from ingest.sources import Source, SourceOptions


@dataclass(frozen=True)
class Wiki:
    """``GET /api/pages`` lists the pages with their revisions; ``GET /api/pages/ID`` gives the HTML of one."""

    url: str

    @property
    def name(self) -> str:
        return f"wiki:{self.url}"

    def items(self) -> Iterator[SourceItem | Finding]:
        """Listed whole before anything is passed on: what is missing here is retired."""
        try:
            pages = httpx.get(f"{self.url}/api/pages", timeout=30).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise IngestError(f"{self.name}: cannot be listed ({error}); try again later") from error
        for page in pages:
            yield SourceItem(
                uri=f"{self.name}/pages/{page['id']}",  # never changes for a page
                document_id=f"wiki/{page['id']}",
                content_hash=str(page["revision"]),  # changes whenever the page does
                kind="article",
                title=page["title"],
                audience=page.get("readers", "agent"),
                effective_from=date.fromisoformat(page["valid_from"]) if page.get("valid_from") else None,
                author=page.get("author", ""),
            )

    def read(self, item: SourceItem) -> Content:
        try:
            answer = httpx.get(f"{self.url}/api/pages/{item.document_id.partition('/')[2]}", timeout=30)
            return Content("page.html", answer.raise_for_status().content)
        except httpx.HTTPError as error:
            raise DocumentError("unreadable", f"{item.document_id}: {error}; try again later") from error

    def covers(self, uri: str) -> bool:
        return uri.startswith(f"{self.name}/pages/")


def open_wiki(address: str, options: SourceOptions) -> Source | None:
    """The wiki at an address that begins with ``wiki:``; other addresses are left to others."""
    return Wiki(address.removeprefix("wiki:").rstrip("/")) if address.startswith("wiki:") else None
