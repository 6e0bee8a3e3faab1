"""Embed what a knowledge base holds and do nothing else: ``python -m eval.embedding_alone``, a process of its own.

Reads ``POLYDESK_HOME`` and opens the model as an ingest does. Prints one JSON object: ``texts``, ``chunks`` (of the
texts), ``embedding_s`` (seconds of embedding, the model loaded and warm). Progress goes to standard error as the
events of ``polydesk ingest --json``.
"""

from __future__ import annotations

import json
import sys
import time

from eval.stored_texts import embedded_texts, stored_texts
from ingest.knowledge import open_centred_embedder
from ingest.ledger.engine import open_ledger
from ingest.settings import load_ingest_settings

_GROUP = 4096  # of all at once the token states would fill the memory


def main() -> None:
    """Embed the stored texts once, in groups that are sorted by length."""
    settings = load_ingest_settings()
    engine = open_ledger(settings.home, settings.database_url)
    chunks = stored_texts(engine)
    engine.dispose()
    embedder = open_centred_embedder(settings, "bulk")
    parts = embedded_texts(chunks, embedder)
    embedder.embed(["warm-up"], ["en"], "passage")
    finished = 0

    def progress(count: int) -> None:
        nonlocal finished
        finished += count
        sys.stderr.write(json.dumps({"event": "document", "done": finished, "of": len(parts)}) + "\n")

    started = time.perf_counter()
    for at in range(0, len(parts), _GROUP):
        group = parts[at : at + _GROUP]
        embedder.encode([text for _, text in group], [language for language, _ in group], "passage", progress)
    seconds = time.perf_counter() - started
    figures = {"texts": len(parts), "chunks": len(chunks), "embedding_s": round(seconds, 3)}
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
