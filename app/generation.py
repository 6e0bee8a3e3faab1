"""From a model's stream of words to sentences that passed the gate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from app.answers import SentenceReady, SentenceWithheld
from app.composer import AnswerComposer
from app.retrieval.passages import Passage
from guardrails.citations import parse_citations
from guardrails.grounding import SentenceGate
from ingest.documents import Unit
from ingest.sentences import SentenceStream
from prompts.answering import NO_ANSWER

if TYPE_CHECKING:
    from ingest.embedding.base import Vectors

EmbedSentence = Callable[[str, str], "Vectors"]
"""A sentence and its language to a centred unit vector, shape (dimension,)."""


def gated_sentences(
    words: Iterator[str],
    passages: Sequence[Passage],
    gate: SentenceGate,
    embed: EmbedSentence,
    composer: AnswerComposer,
) -> Iterator[SentenceReady | SentenceWithheld]:
    """Check each sentence as soon as it is complete; ends early where the model says that it found no answer."""
    stream = SentenceStream()
    for delta in words:
        composer.note_first_token()
        for sentence in stream.feed(delta):
            if NO_ANSWER in sentence:
                return
            yield from _checked(sentence, passages, gate, embed, composer)
    for sentence in stream.flush():
        if NO_ANSWER in sentence:
            return
        yield from _checked(sentence, passages, gate, embed, composer)


def _checked(
    sentence: str, passages: Sequence[Passage], gate: SentenceGate, embed: EmbedSentence, composer: AnswerComposer
) -> Iterator[SentenceReady | SentenceWithheld]:
    text, numbers = parse_citations(sentence)
    if not any(character.isalnum() for character in text):
        return  # a stray mark between two sentences
    started = composer.elapsed_ms()
    cited = [passage for passage in passages if passage.number in numbers]
    verdict = gate.check(sentence, cited, passages, composer.language)
    supporting = [
        (passage, nearest_unit(passage, embed(text, composer.language)))
        for passage in passages
        if passage.number in verdict.passages
    ]
    composer.guards_ms += composer.elapsed_ms() - started
    if verdict.supported and supporting:
        ready, citations = composer.show(text, verdict.score, supporting, verdict.reasons)
        yield SentenceReady(ready, citations)
    else:
        yield SentenceWithheld(composer.withhold(text, verdict.score, verdict.reasons))


def nearest_unit(passage: Passage, vector: Vectors) -> Unit:
    """The sentence or row of ``passage`` that a sentence with this vector, shape (dimension,), rests on."""
    return passage.chunk.units[int((passage.unit_vectors @ vector).argmax())]
