"""Web addresses in one spelling, so that a page has one name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict

from ingest.yaml_text import read_yaml

_SCHEMES = {"http": 80, "https": 443}
_LONGEST = 2000
_SESSION = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_SAFE = "/:@!$&'()*+,;=-._~%?"


class _Tracking(BaseModel):
    model_config = ConfigDict(extra="forbid")

    parameters: list[str]


def normalised(address: str, base: str = "") -> str | None:
    """The one spelling of an address: no fragment, tracking, default port or needless escapes.

    :returns: None for what is no ``http`` or ``https`` address, or names a user.
    """
    try:
        parts = urlsplit(urljoin(base, address.strip()) if base else address.strip())
        host, port = parts.hostname, parts.port
        if parts.scheme not in _SCHEMES or not host or "@" in parts.netloc:
            return None
        name = host if ":" in host or host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    if _CONTROL.search(name):
        return None
    netloc = f"[{name}]" if ":" in name else name.rstrip(".")
    if port and port != _SCHEMES[parts.scheme]:
        netloc += f":{port}"
    # ``urljoin`` resolves the dots of a path; an address without a base needs it too.
    path = urlsplit(urljoin(f"http://{netloc}/", _SESSION.sub("", _escaped(parts.path)) or "/")).path or "/"
    query = "&".join(part for part in _escaped(parts.query).split("&") if part and not _is_tracking(part))
    address = urlunsplit((parts.scheme, netloc, path if path.startswith("/") else f"/{path}", query, ""))
    return address if len(address) <= _LONGEST else None


def document_id(url: str) -> str:
    """Host and path as a person would write them."""
    parts = urlsplit(url)
    readable = unquote(parts.path + (f"?{parts.query}" if parts.query else ""))
    shown = readable if readable.isprintable() else parts.path + (f"?{parts.query}" if parts.query else "")
    return parts.netloc + shown


def suffix_of(url: str) -> str:
    """What the last part of the path ends in, in lower case with the dot."""
    return PurePosixPath(unquote(urlsplit(url).path)).suffix.lower()


def host_of(url: str) -> str:
    """The host, with its port where it is not the usual one."""
    return urlsplit(url).netloc


@dataclass(frozen=True)
class Scope:
    """Which addresses belong to a source.

    :param host: where it starts.
    :param prefix: of the paths on that host, with a slash at its end.
    :param hosts: further hosts, whole.
    """

    host: str
    prefix: str
    hosts: tuple[str, ...] = ()

    @classmethod
    def below(cls, start: str, hosts: tuple[str, ...] = ()) -> Scope:
        """What lies below a start page: its folder when it names a file, else everything under it."""
        path = urlsplit(start).path
        folder, _slash, last = path.rpartition("/")
        return cls(
            host_of(start), f"{folder if '.' in last else path.rstrip('/')}/", tuple(host.lower() for host in hosts)
        )

    def has_host(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.netloc == self.host or parts.netloc in self.hosts or parts.hostname in self.hosts

    def covers(self, url: str) -> bool:
        if host_of(url) != self.host:
            return self.has_host(url)
        return f"{urlsplit(url).path.rstrip('/')}/".startswith(self.prefix)

    def is_same_site(self, url: str) -> bool:
        """Whether the address is on this host, give or take ``www.``, or on one that is allowed."""
        return self.has_host(url) or host_of(url).removeprefix("www.") == self.host.removeprefix("www.")


def _escaped(text: str) -> str:
    """Escapes in capitals, none where none is needed, and one where it is."""

    def escape(match: re.Match[str]) -> str:
        character = chr(int(match[0][1:], 16))
        return character if character.isascii() and (character.isalnum() or character in "-._~") else match[0].upper()

    text = re.sub(r"%(?![0-9a-fA-F]{2})", "%25", text)
    return quote(_ESCAPE.sub(escape, text), safe=_SAFE)


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    exact, prefixes = _tracking()
    return name in exact or name.startswith(prefixes)


@cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    data: Any = read_yaml(Path(__file__).with_name("tracking.yaml").read_text(encoding="utf-8"))
    names = _Tracking.model_validate(data).parameters
    return frozenset(names), tuple(name[:-1] for name in names if name.endswith("*"))
