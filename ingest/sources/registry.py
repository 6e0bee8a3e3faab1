"""Which source an address that somebody typed belongs to.

Sources that other packages declare under the entry point group ``polydesk.sources`` are asked first,
in the order of their names, then the ones that polydesk brings. Each is a function ``open(address,
options)`` that returns a source, or None when the address is not one of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from ingest.errors import IngestError, IngestUserError
from ingest.sources.base import Source, SourceOptions

GROUP = "polydesk.sources"
Opener = Callable[[str, SourceOptions], Source | None]

_log = logging.getLogger(__name__)


def open_source(address: str | Path, options: SourceOptions | None = None) -> Source:
    """The source for an address that somebody typed: a path, a URL, or whatever a plug-in knows.

    :raises IngestUserError: nothing knows what to do with ``address``, or a plug-in failed on it.
    """
    chosen = options or SourceOptions()
    broken: list[str] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        opener = _loaded(entry, broken)
        if opener and (source := _asked(entry.name, opener, str(address), chosen)):
            return source
    for built_in in (_open_web, _open_export, _open_ticket_lines, _open_folder):
        if source := built_in(str(address), chosen):
            return source
    raise IngestUserError("; ".join([f"{address}: no such file or folder", *broken]))


def _loaded(entry: EntryPoint, broken: list[str]) -> Opener | None:
    try:
        opener: Opener = entry.load()
    except Exception as error:  # whatever somebody else's package does; the other sources go on
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        line = f"the source plug-in “{entry.name}” ({entry.value}) cannot be loaded ({reason}); mend or uninstall it"
        broken.append(line)
        _log.error("%s", line)
        return None
    return opener


def _asked(name: str, opener: Opener, address: str, options: SourceOptions) -> Source | None:
    """What a plug-in says to an address. It may be meant to guard what lies there, so its failure is the end."""
    try:
        source = opener(address, options)
    except IngestError:
        raise
    except Exception as error:  # as above
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        message = f"{address}: the source plug-in “{name}” failed on it ({reason}); mend or uninstall it"
        raise IngestUserError(message) from error
    if source is not None and not isinstance(source, Source):
        raise IngestUserError(
            f"{address}: the source plug-in “{name}” gave a {type(source).__name__}, which is no source; mend it"
        )
    return source


def _open_web(address: str, options: SourceOptions) -> Source | None:
    # A path typed as a path has lost one of the two slashes.
    if not address.lower().startswith(("http:/", "https:/")):
        return None
    from ingest.sources.web import WebLimits, open_web

    scheme, _, rest = address.partition(":")
    limits = options.web or WebLimits()
    return open_web(f"{scheme.lower()}://{rest.lstrip('/')}", options.home / "web.db", limits)


def _open_export(address: str, options: SourceOptions) -> Source | None:
    path = _existing(address)
    if path is None:
        return None
    from ingest.sources.exports.sniff import open_export

    return open_export(path)


def _open_ticket_lines(address: str, options: SourceOptions) -> Source | None:
    path = _existing(address)
    if path is None or not path.is_file() or path.suffix.lower() != ".jsonl":
        return None
    from ingest.sources.ticket_lines import TicketLines

    return TicketLines(path)


def _open_folder(address: str, options: SourceOptions) -> Source | None:
    path = _existing(address)
    if path is None:
        return None
    from ingest.sources.folder import FolderSource

    return FolderSource(path, options.home)


def _existing(address: str) -> Path | None:
    try:
        full = Path(address).expanduser().resolve()
        return full if full.exists() else None
    except (OSError, RuntimeError, ValueError):  # a name too long, an unknown home, a zero in it
        return None
