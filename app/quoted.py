"""An answer that quotes, beside what a model wrote or without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.answers import Event, Finished, Question, SentenceReady
from app.composer import AnswerComposer
from app.quoting import MOST_QUOTES, best_quotes
from app.retrieval.passages import Passage


def quoted(question: Question, composer: AnswerComposer, passages: Sequence[Passage]) -> Iterator[Event]:
    """The best quotes, and the end."""
    most = 1 if question.reply and question.reply.brief else MOST_QUOTES
    for passage, unit in best_quotes(passages, most):
        sentence, citations = composer.show(unit.text, 1.0, [(passage, unit)])
        composer.note_first_token()
        yield SentenceReady(sentence, citations)
    yield Finished(composer.answer("answer"))
