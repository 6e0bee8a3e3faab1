"""What an answer holds, by what it says of itself and by its address."""

from __future__ import annotations

from typing import Literal

import httpx

from ingest.parsing import SUPPORTED
from ingest.sources.web.addresses import suffix_of

Holding = Literal["html", "xml", "file", "other"]

_HTML = frozenset(("text/html", "application/xhtml+xml"))
_XML = frozenset(("application/xml", "text/xml", "application/gzip", "application/x-gzip"))
_SUFFIXES = {
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/epub+zip": ".epub",
    "message/rfc822": ".eml",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "text/markdown": ".md",
}
_VAGUE = frozenset(("", "application/octet-stream", "binary/octet-stream", "application/x-download", "text/plain"))
_PAGES = frozenset((".html", ".htm"))

_IMAGES = (".avif", ".bmp", ".gif", ".ico", ".jpeg", ".jpg", ".png", ".svg", ".tif", ".tiff", ".webp")
_SOUND_AND_FILM = (".m4a", ".m4v", ".mov", ".mp3", ".mp4", ".mpeg", ".ogg", ".wav", ".webm", ".wmv")
_PARTS_OF_PAGES = (".css", ".eot", ".js", ".json", ".map", ".mjs", ".otf", ".rss", ".ttf", ".webmanifest", ".woff")
_PACKED = (".dmg", ".exe", ".ics", ".iso", ".msi", ".tar", ".tgz", ".woff2", ".zip")

NEVER_READ = frozenset(_IMAGES + _SOUND_AND_FILM + _PARTS_OF_PAGES + _PACKED)
"""Suffixes of links that need not be fetched to know that there is nothing to read."""

FILES = SUPPORTED - _PAGES - NEVER_READ
"""Suffixes of links that lead to a file and not to a page."""


def holding(url: str, headers: httpx.Headers) -> tuple[Holding, str]:
    """What the body is, and the suffix its file has; the type decides, the address where the type is vague."""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    suffix = suffix_of(url)
    if media_type in _HTML:
        return "html", ".html"
    if media_type in _SUFFIXES:
        return "file", _SUFFIXES[media_type]
    if media_type in _XML:
        return "xml", ".xml"
    if media_type in _VAGUE:
        if suffix in _PAGES:
            return "html", ".html"
        if suffix in FILES:
            return "file", suffix
        if suffix in (".xml", ".gz"):
            return "xml", ".xml"
        if media_type == "text/plain":
            return "file", ".txt"
        if not media_type:
            return "html", ".html"
    return "other", ""
