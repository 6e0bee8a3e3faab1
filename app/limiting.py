"""What stands right behind a cited sentence and limits it: an answer without it promises more than the paper does.

No sentence is withheld for it, since it is true as far as it goes; whoever reads it sees how the paper goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise, takewhile

from app.answers import Citation, Sentence
from app.retrieval.passages import Passage
from guardrails.entailment import limits, said
from ingest.documents import Unit

_MOST = 2  # sentences
_GAP = 2  # characters between two sentences of a paragraph


def limited_by(passage: Passage, unit: Unit) -> str:
    """The sentences right behind ``unit`` that limit it, as they stand; empty where none does, and for table rows."""
    chunk = passage.chunk
    if chunk.header:
        return ""
    behind = [each for each in chunk.units if each.start >= unit.start][: _MOST + 1]
    limiting = takewhile(lambda pair: _limits(passage, *pair), pairwise(behind))
    last = max((following.end for _, following in limiting), default=0)
    return chunk.text[behind[1].start - chunk.start : last - chunk.start] if last else ""


def _limits(passage: Passage, unit: Unit, following: Unit) -> bool:
    start = passage.chunk.start
    gap = passage.chunk.text[unit.end - start : following.start - start]
    return len(gap) <= _GAP and "\n" not in gap and limits(said(following.text, passage.language))


def untold(citations: Sequence[Citation], sentences: Iterable[Sentence], language: str) -> list[Citation]:
    """The citations, without the limits that the answer itself tells.

    :param sentences: what is shown.
    :param language: of the answer; a sentence that is quoted is in that of its document.
    """
    shown = list(sentences)
    return [
        each.model_copy(update={"limited_by": ""})
        if each.limited_by and _told(each, citations, shown, language)
        else each
        for each in citations
    ]


def _told(limited: Citation, citations: Iterable[Citation], shown: Iterable[Sentence], language: str) -> bool:
    """Whether a sentence rests on what limits the citation, or the sentences that rest on the citation limit it."""
    places = range(limited.end, limited.end + _GAP + len(limited.limited_by))
    of_it = (each for each in citations if (each.document, each.version) == (limited.document, limited.version))
    return any(each.start in places for each in of_it) or any(
        limits(said(each.text, limited.language if each.text == limited.quote else language))
        for each in shown
        if limited.n in each.citations
    )
