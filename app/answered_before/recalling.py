"""Look for an answer that was given before, and say of a new one whether it may be given again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING

from app.answered_before.dependence import dependence
from app.answered_before.sameness import LEAST_COSINE, Wording, difference, same_words
from app.answered_before.store import AnsweredStore, Given
from app.answers import Answer, Event, Finished, Question, Recalled, Reusable, SentenceReady, Usage
from app.composer import AnswerComposer
from app.conversations.database import database_url
from app.conversations.sessions import Sessions
from app.errors import AppError
from app.guarding import Guards
from app.settings import Settings
from guardrails.personal.find import find_personal
from ingest.errors import IngestError
from ingest.ledger.reading import LedgerReader, Scope
from ingest.ledger.standing import Standing

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.models.model import ChatModel

_LOOKED_AT = 3  # of the nearest questions
_NO_MODEL = "no-model"  # the one reason that a whole answer may have

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking: an answer that was given before, or what the next one can be kept by, or neither."""

    given: Given | None = None
    reusable: Reusable | None = None


class AnsweredBefore:
    """The answers that may be given again; safe to share between threads.

    Nothing here can be a reason that a question is not answered: what fails is logged, and the answer is written.

    :param open_store: opens the store, once somebody asks.
    :param ledger: that says what is live.
    :param reranker: that the settings name.
    """

    def __init__(
        self, open_store: Callable[[], AnsweredStore], ledger: Engine, guards: Guards, reranker: str = ""
    ) -> None:
        self._open_store = open_store
        self._opened: AnsweredStore | None = None
        self._standing = Standing(ledger)
        self._reader = LedgerReader(ledger)
        self._guards = guards
        self._reranker = reranker
        self._lock = Lock()

    def look(self, question: Question, composer: AnswerComposer, model: ChatModel | None, embedding: str) -> Looked:
        """For a question that the input guards have let pass.

        :param question: self-contained.
        :param composer: knows what the guards found, and how the question was understood.
        :param embedding: fingerprint of the model that finds passages.
        """
        if not _may_recall(question, composer):
            return Looked()
        try:
            return self._look(question, composer, model, embedding)
        except (AppError, IngestError):
            _log.warning("answers given before cannot be looked at", exc_info=True)
            return Looked()

    def _look(self, question: Question, composer: AnswerComposer, model: ChatModel | None, embedding: str) -> Looked:
        language, today = composer.language, date.today()
        live = self._standing.on(today)
        then = live if question.as_of is None else self._standing.on(question.as_of)
        policy = composer.made_with.policy if composer.made_with else ""
        key = dependence(question, language, policy, model, then, (embedding, self._reranker))
        if key is None:
            return Looked()
        import numpy as np

        vector = self._guards.embed_question([question.text], language)[0]
        store = self._store()
        near = [
            (cosine, message_id)
            for message_id, kept in store.candidates(key)
            if (cosine := float(np.frombuffer(kept, np.float16).astype(np.float32) @ vector)) >= LEAST_COSINE
        ]
        scope = Scope(question.as_of or today, question.audience)
        for _, message_id in sorted(near, reverse=True)[:_LOOKED_AT]:
            given = store.given(message_id)
            if given and self._asks_the_same(question.text, given.question, language) and self._stands(given, scope):
                return Looked(given=given)
        if question.history:  # what was said before may have got into it
            return Looked()
        return Looked(reusable=Reusable(key, live, vector.astype(np.float16).tobytes()))

    def _store(self) -> AnsweredStore:
        with self._lock:
            self._opened = self._opened or self._open_store()
            return self._opened

    def _asks_the_same(self, new: str, old: str, language: str) -> bool:
        if same_words(new, old):
            return True
        embedder = self._guards.model()
        return not difference(Wording.of(new, language, embedder), Wording.of(old, language, embedder))

    def _stands(self, given: Given, scope: Scope) -> bool:
        """Whether all that was found for it is live and may be read by who asks; the code says so already."""
        made_with = given.answer.made_with
        return made_with is not None and self._reader.are_live(made_with.versions, scope)


def open_answered_before(
    settings: Settings, ledger: Engine, guards: Guards, resources: ExitStack
) -> AnsweredBefore | None:
    """What the settings allow: None where no answer is given again.

    :param resources: closes the database at the end.
    """
    if not settings.answer_cache:
        return None

    def opened() -> AnsweredStore:
        sessions = Sessions(database_url(settings))
        resources.callback(sessions.close)
        return AnsweredStore(sessions, settings.answer_cache)

    return AnsweredBefore(opened, ledger, guards, settings.reranker)


def given_again(given: Given, composer: AnswerComposer) -> Iterator[Event]:
    """The events of an answer that was given before: it is one of its own, which cost nothing."""
    answer = given.answer
    for sentence in answer.sentences:
        yield SentenceReady(sentence, tuple(each for each in answer.citations if each.n in sentence.citations))
    new = composer.answer("answer")
    yield Finished(
        answer.model_copy(
            update={
                "understood": new.understood,
                "findings": new.findings,
                "guards": new.guards,
                "timings_ms": new.timings_ms,
                "usage": Usage(),
                "attempts": (),
                "recalled": Recalled(message=given.message_id, at=given.at),
            }
        )
    )


def may_be_kept(answer: Answer) -> bool:
    """Whether an answer is whole, says nothing of anybody, and nobody has to look at it."""
    if answer.action != "answer" or answer.escalation or answer.recalled or set(answer.reasons) - {_NO_MODEL}:
        return False
    if answer.asked_back:  # in the words of who asked
        return False
    if any(not each.supported or each.instead_of for each in answer.sentences) or not answer.citations:
        return False
    if any(each.history for each in answer.sources) or any(each.about == "question" for each in answer.findings):
        return False
    return not find_personal(answer.answer, answer.language)


def _may_recall(question: Question, composer: AnswerComposer) -> bool:
    """Whether the question is one that anybody could have asked: of no customer, in no conversation's own terms."""
    if not question.may_recall or question.customer_id or question.reply or question.names or question.leave_out:
        return False
    if composer.found_in("question") or composer.reasons:
        return False
    understood = composer.understood
    if understood and (understood.how == "model" or understood.language != composer.language):
        return False
    if any(turn.role == "user" and same_words(turn.text, question.text) for turn in question.history):
        return False  # who asks once more wants it looked at once more
    return not find_personal(question.text, composer.language)
