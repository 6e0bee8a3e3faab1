"""Sentences of a text that is still being written."""

from __future__ import annotations

from ingest.sentences.splitting import scan, split_sentences


class SentenceStream:
    """Cuts streamed text into the sentences :func:`split_sentences` would find in the whole.

    A sentence is handed out once text follows that makes its end certain, so
    never one that a citation marker or a second full stop could still join.
    """

    def __init__(self) -> None:
        self._buffer = ""
        self._position = 0

    def feed(self, delta: str) -> list[str]:
        """The sentences completed by ``delta``, often none."""
        self._buffer += delta
        spans, start, position = scan(self._buffer, 0, self._position, final=False)
        sentences = [self._buffer[a:b] for a, b in spans]
        self._buffer = self._buffer[start:]
        self._position = position - start
        return sentences

    def flush(self) -> list[str]:
        """The sentences of what is left; the stream is empty afterwards."""
        rest, self._buffer, self._position = self._buffer, "", 0
        return [rest[a:b] for a, b in split_sentences(rest)]
