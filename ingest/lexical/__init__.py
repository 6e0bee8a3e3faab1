"""Search by the words themselves: what a text is found by, and the index that finds it."""

from ingest.lexical.index import Entry, LexicalHit, LexicalIndex, entry_digest

__all__ = ["Entry", "LexicalHit", "LexicalIndex", "entry_digest"]
