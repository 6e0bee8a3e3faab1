"""Embed what a knowledge base holds and do nothing else: ``python -m eval.embedding_alone``, a process of its own.

Reads ``POLYDESK_HOME`` and opens the model as an ingest does. Prints one JSON object: ``texts``, ``chunks`` (of the
texts), ``embedding_s`` (seconds of embedding, the model loaded and warm). Progress goes to standard error as the
events of ``polydesk ingest --json``.
"""

from __future__ import annotations

import json
import sys
import time

from eval.stored_texts import stored_texts
from ingest.knowledge import open_centred_embedder
from ingest.ledger.engine import open_ledger
from ingest.settings import load_ingest_settings


def main() -> None:
    """Embed the stored texts once, in one call, which sorts them by length."""
    settings = load_ingest_settings()
    engine = open_ledger(settings.home, settings.database_url)
    texts = stored_texts(engine)
    engine.dispose()
    embedder = open_centred_embedder(settings, "bulk")
    embedder.embed(["warm-up"], ["en"], "passage")
    finished = 0

    def progress(count: int) -> None:
        nonlocal finished
        finished += count
        sys.stderr.write(json.dumps({"event": "document", "done": finished, "of": len(texts)}) + "\n")

    started = time.perf_counter()
    embedder.embed([text.text for text in texts], [text.language for text in texts], "passage", progress)
    seconds = time.perf_counter() - started
    chunks = sum(text.part == "chunk" for text in texts)
    sys.stdout.write(json.dumps({"texts": len(texts), "chunks": chunks, "embedding_s": round(seconds, 3)}) + "\n")


if __name__ == "__main__":
    main()
