"""Which document a listed item is a version of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlparse

from ingest.documents import SourceItem
from ingest.ledger.writing import PublishedItem
from ingest.sources.archives import lacks_member, split_uri
from ingest.sources.dated_names import split_date


class Identities:
    """Gives items the document ids they had before, whichever folder they are ingested from.

    Files in one folder that differ in their date alone are versions of one document. Files of
    the same name in different folders are different documents, unless one of them has moved.
    """

    def __init__(self, published: Iterable[PublishedItem]) -> None:
        self._by_place: dict[str, str] = {}
        self._uris: dict[str, dict[str, str]] = {}  # document id → place → uri
        for old in published:
            self._note(old.document_id, old.uri)

    def identified(self, item: SourceItem) -> SourceItem:
        """``item`` under the id of its document; a ticket keeps its own, wherever it is exported to."""
        place = _place(item.uri, item.document_id)
        if item.kind == "ticket":
            return item
        document_id = self._by_place.get(place)
        if document_id is None:
            document_id = item.document_id
            others = self._uris.get(document_id, {})
            if any(other != place and not is_gone(uri) for other, uri in others.items()):
                folder = place.rpartition("/")[0]
                document_id = f"{hashlib.sha256(folder.encode()).hexdigest()[:6]}/{document_id}"
        self._note(document_id, item.uri)
        return replace(item, document_id=document_id)

    def _note(self, document_id: str, uri: str) -> None:
        place = _place(uri, document_id)
        self._uris.setdefault(document_id, {})[place] = uri
        if document_id.rpartition("/")[2] == place.rpartition("/")[2]:  # else the file itself declared it
            self._by_place[place] = document_id


def is_gone(uri: str) -> bool:
    """Whether there is certainly nothing at ``uri`` any more; a place that cannot be looked into proves nothing."""
    address, inside = split_uri(uri)
    parts = urlparse(address)
    if parts.scheme != "file":
        return False
    path = Path(unquote(parts.path))
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return bool(inside) and lacks_member(path, inside)


def _place(uri: str, document_id: str) -> str:
    """The address, readable, as the versions of one document share it: without what tells their names apart."""
    address, inside = split_uri(uri)
    if address.startswith("file:") and "#" not in uri:
        # Names without dates are in the document's id: the file's own, and its path inside of an archive.
        names = document_id.split("/")[-1 - (inside.count("/") + 1 if inside else 0) :]
        return "/".join([unquote(address).rpartition("/")[0], *names])
    folder, slash, name = unquote(uri).rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    return f"{folder}{slash}{split_date(stem)[0]}{dot}{suffix}"
