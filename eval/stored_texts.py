"""Everything of a knowledge base that was embedded, for timing the embedding alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.ledger.collections import Collections
from ingest.texts import EmbeddedText, embedded_texts

if TYPE_CHECKING:
    from sqlalchemy import Engine


def stored_texts(engine: Engine) -> list[EmbeddedText]:
    """Every chunk and unit that the ledger keeps, each text of a language once, in the order they were ingested."""
    found: dict[str, EmbeddedText] = {}
    for version in Collections(engine).outside(""):
        for text in embedded_texts(version.key, version.title, version.chunks):
            found.setdefault(text.digest, text)
    return list(found.values())
