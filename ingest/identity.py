"""Which document a listed item is a version of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlparse

from ingest.documents import SourceItem
from ingest.ledger.writing import PublishedItem
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
        place = _place(item.uri)
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
        place = _place(uri)
        self._uris.setdefault(document_id, {})[place] = uri
        if document_id.rpartition("/")[2] == place.rpartition("/")[2]:  # else the file itself declared it
            self._by_place[place] = document_id


def is_gone(uri: str) -> bool:
    """Whether there is certainly no file at ``uri`` any more; a place that cannot be looked into proves nothing."""
    parts = urlparse(uri)
    if parts.scheme != "file":
        return False
    try:
        Path(unquote(parts.path)).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _place(uri: str) -> str:
    """The address, readable, without the date in the file's name."""
    folder, slash, name = unquote(uri).rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    return f"{folder}{slash}{split_date(stem)[0]}{dot}{suffix}"
