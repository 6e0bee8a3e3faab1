"""The most telling sentences of a text: those with amounts, dates, codes and content, not the greetings."""

from __future__ import annotations

from collections.abc import Sequence

from guardrails.quantities import find_quantities
from guardrails.tokens import content_words
from ingest.sentences import split_sentences

_QUANTITY = 2.0  # a number, date or code tells as much as this many words
_ENOUGH = 14  # content words, from which a longer sentence tells no more
_FIRST = 2.0  # what somebody begins with is what it is about


def sentences_of(text: str) -> list[str]:
    """Its sentences, each on one line."""
    return [" ".join(text[start:end].split()) for start, end in split_sentences(text)]


def most_telling(sentences: Sequence[str], language: str, count: int) -> list[int]:
    """The places of the ``count`` most telling sentences, in their order."""
    scores = [_score(sentence, language) for sentence in sentences]
    first = next((place for place, score in enumerate(scores) if score >= _FIRST), None)
    if first is not None:
        scores[first] += _FIRST
    best = sorted(range(len(sentences)), key=lambda place: (-scores[place], place))[:count]
    return sorted(place for place in best if scores[place] > 1.0)


def _score(sentence: str, language: str) -> float:
    words = min(len(content_words(sentence, language)), _ENOUGH)
    return words + _QUANTITY * len(find_quantities(sentence, language))
