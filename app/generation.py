"""From a model's stream of words to sentences that passed the gate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from app.answers import SentenceReady, SentenceWithheld
from app.composer import AnswerComposer
from app.plain import plain_sentence
from app.retrieval.passages import Passage
from app.retrieval.resting import WrittenSentence, nearest_unit
from guardrails.citations import parse_citations
from guardrails.grounding import SentenceGate
from ingest.sentences import SentenceStream
from prompts.answering import NO_ANSWER

# As Markdown escapes it, too, and as two words where nothing else is said.
_NO_ANSWER = re.compile(NO_ANSWER.replace("_", r"\\?_") + r"|^\W*" + NO_ANSWER.replace("_", " ") + r"\W*$")
# A citation, or a full stop behind a word: one behind a number may be its decimal point.
_COMPLETE = re.compile(r"[\]］】][\s.。।]*$|[^\W\d_]{3}[.!?؟۔]$|[。！？।]$")

EmbedSentence = Callable[[str, str], WrittenSentence]  # of a sentence and its language


def gated_sentences(
    words: Iterator[str],
    passages: Sequence[Passage],
    gate: SentenceGate,
    embed: EmbedSentence,
    composer: AnswerComposer,
    was_cut: Callable[[], bool] = lambda: False,
) -> Iterator[SentenceReady | SentenceWithheld]:
    """Check each sentence as soon as it is complete; ends early where the model says that it found no answer.

    :param was_cut: asked when the words are over: whether the last sentence may be unfinished. Half a
        sentence can say the opposite of the whole, so it is withheld unless it has visibly come to its end.
    """
    stream = SentenceStream()
    for delta in words:
        composer.note_first_token()
        for sentence in stream.feed(delta):
            if _NO_ANSWER.search(sentence):
                return
            yield from _checked(sentence, passages, gate, embed, composer)
    rest = stream.flush()
    for left, sentence in zip(reversed(range(len(rest))), rest, strict=True):
        if _NO_ANSWER.search(sentence):
            return
        if left == 0 and was_cut() and not _COMPLETE.search(sentence):
            text, _ = parse_citations(plain_sentence(sentence, composer.language))
            yield SentenceWithheld(composer.withhold(text, 0.0, ("the sentence is unfinished",)))
        else:
            yield from _checked(sentence, passages, gate, embed, composer)


def _checked(
    sentence: str, passages: Sequence[Passage], gate: SentenceGate, embed: EmbedSentence, composer: AnswerComposer
) -> Iterator[SentenceReady | SentenceWithheld]:
    sentence = plain_sentence(sentence, composer.language)
    text, numbers = parse_citations(sentence)
    text = text.lstrip(" :;,")
    if not any(character.isalnum() for character in text) or composer.knows(text):
        return  # a stray mark between two sentences, or a model that goes round in circles
    started = composer.elapsed_ms()
    cited = [passage for passage in passages if passage.number in numbers]
    verdict = gate.check(sentence, cited, passages, composer.language)
    supporting = [
        (passage, nearest_unit(passage, embed(text, composer.language)))
        for passage in passages
        if passage.number in verdict.passages
    ]
    composer.guards_ms += composer.elapsed_ms() - started
    reasons = [_with_titles(reason, passages) for reason in verdict.reasons]
    if verdict.supported and supporting:
        ready, citations = composer.show(text, verdict.score, supporting, reasons)
        yield SentenceReady(ready, citations)
    else:
        yield SentenceWithheld(composer.withhold(text, verdict.score, reasons))


def _with_titles(reason: str, passages: Sequence[Passage]) -> str:
    """Titles for the prompt's passage numbers, which a reader would take for the answer's citations."""
    titles = {str(passage.number): f"“{passage.title}”" for passage in passages}
    return re.sub(r"\[(\d+)\]", lambda mark: titles.get(mark[1], mark[0]), reason)
