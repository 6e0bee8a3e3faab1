"""Sentence boundaries in every language we serve, for whole texts and for text still being written."""

from ingest.sentences.splitting import split_sentences
from ingest.sentences.stream import SentenceStream

__all__ = ["SentenceStream", "split_sentences"]
