"""The one path of a question; chat page, command line, evaluations and tests all take it.

question → language → follow-up made self-contained → retrieval → enough evidence? → model → prompt within its
context → sentences, each through the gate → answer, abstention, or quotes.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from app.answers import (
    Event,
    Finished,
    FollowedUp,
    Generating,
    ModelFailed,
    Question,
    Retrieved,
    SentenceReady,
    Understood,
)
from app.budget import build_prompt
from app.composer import AnswerComposer
from app.errors import AppError, AppUserError, ModelError
from app.followups import understand
from app.generation import EmbedSentence, gated_sentences
from app.models.choosing import choose_model
from app.quoting import best_quotes
from app.retrieval.evidence import EvidenceModel, load_evidence_model
from app.retrieval.passages import Passage
from app.retrieval.resting import WrittenSentence
from app.retrieval.search import PassageSearch
from app.settings import Settings
from guardrails.grounding import SentenceGate
from guardrails.policy import GroundingPolicy, load_policy
from ingest.knowledge import Knowledge, open_knowledge
from ingest.languages.identify import identify_question
from ingest.ledger.reading import Scope
from prompts.library import phrase

if TYPE_CHECKING:
    from app.models.ollama import OllamaModel
    from ingest.embedding.base import Vectors

_PASSAGES = 8
_FALLBACK_LANGUAGE = "en"
_log = logging.getLogger(__name__)

ModelChooser = Callable[[str | None], "OllamaModel | None"]


class Assistant:
    """Answers questions from one knowledge base; safe to share between threads."""

    def __init__(
        self,
        search: PassageSearch,
        grounding: GroundingPolicy,
        choose: ModelChooser,
        evidence: EvidenceModel,
        resources: ExitStack | None = None,
    ) -> None:
        self._search = search
        self._grounding = grounding
        self._choose = choose
        self._evidence = evidence
        self._resources = resources or ExitStack()

    def ask(self, question: Question, stop: threading.Event | None = None) -> Iterator[Event]:
        """The events of one question, the last of them ``Finished``.

        :param stop: once set, generation ends and what was checked so far is the answer.
        :raises AppUserError: the question names a model that cannot be asked for.
        """
        stop = stop or threading.Event()
        language = question.language or _language_of(question)
        composer = AnswerComposer(language)
        yield Understood(language)
        if not question.text.strip():
            raise AppUserError("the question is empty: write a few words")
        model = self._choose(question.model)
        composer.understood = understand(question.text, language, question.history, model, stop)
        if composer.understood:
            yield FollowedUp(composer.understood)
            question = question.model_copy(update={"text": composer.understood.question})
        passages = self._retrieve(question, composer)
        yield Retrieved(tuple(passage.title for passage in passages), composer.confidence)
        if self._search.is_empty():
            composer.reason("no-documents")
            yield Finished(composer.answer("abstain", phrase("no_documents", language)))
        elif composer.confidence < self._evidence.threshold:
            composer.reason("no-evidence")
            yield Finished(composer.answer("abstain", phrase("abstain", language, question=question.text)))
        elif model is None:
            composer.reason("no-model")
            composer.notices.append(phrase("no_model", language))
            yield from self._quote(composer, passages)
        else:
            yield from self._generate(model, question, composer, passages, stop)

    def model_name(self) -> str | None:
        """The language model in use, or None when answers are quoted."""
        model = self._choose(None)
        return model.name if model else None

    def close(self) -> None:
        """Let go of the store and the database."""
        self._resources.close()

    def _retrieve(self, question: Question, composer: AnswerComposer) -> list[Passage]:
        started = composer.elapsed_ms()
        scope = Scope(question.as_of or date.today(), question.audience, question.customer_id)
        language = composer.understood.language if composer.understood else composer.language
        found = self._search.search(question.text, language, scope, _PASSAGES)
        composer.retrieval_ms = composer.elapsed_ms() - started
        composer.confidence = self._evidence.probability(found)
        return [passage.numbered(number) for number, passage in enumerate(found, 1)]

    def _generate(
        self,
        model: OllamaModel,
        question: Question,
        composer: AnswerComposer,
        passages: Sequence[Passage],
        stop: threading.Event,
    ) -> Iterator[Event]:
        composer.model = model.name
        options = model.options
        try:
            messages, shown = build_prompt(
                question.text, composer.language, passages, model.family, options.num_ctx, options.num_predict
            )
            yield Generating(model.name)
            words = model.stream(messages, stop)
            gate, embed = self._checks(shown)
            for event in gated_sentences(words, shown, gate, embed, composer, lambda: model.cut):
                yield event
                if stop.is_set():
                    break
        except ModelError as error:
            _log.warning("%s: %s", error.code, error)
            composer.usage = model.usage
            yield ModelFailed(error.code, str(error))
            yield from self._after_failure(error, composer, passages)
            return
        composer.usage = model.usage
        yield self._finished(question, composer, stopped=stop.is_set())

    def _checks(self, passages: Sequence[Passage]) -> tuple[SentenceGate, EmbedSentence]:
        """Gate and embedding in the space of the passages' own vectors, whatever model is in use by now."""
        model = passages[0].embedder
        if model is None:
            raise AppError("the passages do not say which model their vectors are of")

        @lru_cache(maxsize=64)  # gate and citation ask for the same sentence
        def embed(text: str, language: str) -> WrittenSentence:
            return WrittenSentence.of(text, language, model)

        def embed_all(texts: Sequence[str], language: str) -> Vectors:
            import numpy as np

            return np.stack([embed(text, language).vector for text in texts])

        return SentenceGate(embed_all, self._grounding), embed

    def _finished(self, question: Question, composer: AnswerComposer, stopped: bool) -> Finished:
        if stopped:
            composer.reason("stopped")
        if composer.has_sentences:
            return Finished(composer.answer("answer"))
        if stopped:
            return Finished(composer.answer("abstain"))
        if composer.has_withheld:
            composer.reason("unsupported")
            return Finished(composer.answer("abstain", phrase("abstain_unsupported", composer.language)))
        composer.reason("model-found-no-answer")
        return Finished(composer.answer("abstain", phrase("abstain", composer.language, question=question.text)))

    def _after_failure(
        self, error: ModelError, composer: AnswerComposer, passages: Sequence[Passage]
    ) -> Iterator[Event]:
        """Keep what was checked, unless the prompt was cut; then quote."""
        composer.reason(f"model-{error.code}")
        if error.code == "truncated-prompt":
            composer.withdraw()
        if composer.has_sentences:
            composer.notices.append(phrase("model_went_away", composer.language))
        else:
            composer.model = "quoting"
            composer.notices.append(phrase("model_error", composer.language, reason=str(error)))
        yield from self._quote(composer, passages)

    def _quote(self, composer: AnswerComposer, passages: Sequence[Passage]) -> Iterator[Event]:
        for passage, unit in best_quotes(passages):
            sentence, citations = composer.show(unit.text, 1.0, [(passage, unit)])
            composer.note_first_token()
            yield SentenceReady(sentence, citations)
        yield Finished(composer.answer("answer"))


def open_assistant(settings: Settings) -> Assistant:
    """Open the knowledge base that ``settings`` name, and an assistant on it.

    :raises IngestUserError: home, database, store or embedding model cannot be used.
    """
    resources = ExitStack()
    try:
        knowledge = resources.enter_context(open_knowledge(settings))
        return build_assistant(knowledge, settings, resources)
    except BaseException:
        resources.close()
        raise


def build_assistant(knowledge: Knowledge, settings: Settings, resources: ExitStack | None = None) -> Assistant:
    """An assistant on a knowledge base that is open already."""
    return Assistant(
        PassageSearch(knowledge),
        load_policy().grounding,
        lambda name: choose_model(settings, name),
        load_evidence_model(),
        resources,
    )


def _language_of(question: Question) -> str:
    earlier = next((turn for turn in reversed(question.history) if turn.role == "user"), None)
    fallback = _FALLBACK_LANGUAGE
    if earlier is not None:
        fallback = earlier.language or identify_question(earlier.text, _FALLBACK_LANGUAGE).language
    return identify_question(question.text, fallback).language
