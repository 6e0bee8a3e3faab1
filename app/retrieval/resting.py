"""Which sentence or row of a passage a written sentence rests on."""

from __future__ import annotations

from app.retrieval.passages import Passage
from app.retrieval.written import WrittenSentence
from guardrails.quantities import find_quantities, unmatched
from ingest.documents import Unit
from ingest.embedding.token_codes import nearest

__all__ = ["WrittenSentence", "nearest_unit"]

_MISSING = 0.2  # taken off where none of the sentence's amounts, days and numbers stands there
_COSINE, _TOKENS = 0.2, 0.8  # neighbours are alike as a whole: they are told apart by their words, in any language


def nearest_unit(passage: Passage, sentence: WrittenSentence) -> Unit:
    """The sentence or row of ``passage`` that says most of what ``sentence`` does."""
    alike = passage.unit_vectors @ sentence.vector
    kept = passage.vectors
    if kept is not None and len(sentence.tokens):
        alike = _COSINE * alike + _TOKENS * nearest(sentence.tokens, kept.tokens, kept.lengths)[:, 1:].mean(axis=0)
    wanted = find_quantities(sentence.text, sentence.language)
    if wanted:
        held = [find_quantities(unit, passage.language) for unit in passage.units]
        alike = alike - [_MISSING * len(unmatched(wanted, each)) / len(wanted) for each in held]
    return passage.chunk.units[int(alike.argmax())]
