"""The one path of a question; chat page, command line, evaluations and tests all take it.

question → language → guards of the question → follow-up made self-contained → retrieval → guards of the passages →
enough evidence? → model → prompt within its context → sentences, each through the gate → answer, abstention, or quotes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from app.answered_before.recalling import AnsweredBefore, given_again, open_answered_before
from app.answers import (
    Citation,
    Event,
    Findings,
    Finished,
    FollowedUp,
    MadeWith,
    Question,
    Retrieved,
    Understood,
)
from app.asking_back import COUNTRY_OPEN, asked_back
from app.attempting import Attempts
from app.checking import check_passages, check_question, refusal
from app.citing import cite, cite_contradictions
from app.composer import AnswerComposer
from app.errors import AppUserError
from app.examining import Checks
from app.followups import understand
from app.guarding import Guards, open_guards
from app.judging import masked_judge, open_judge
from app.models.choosing import choose_model
from app.models.routing.before import FIRST
from app.models.routing.route import RoutedModel
from app.personal import Masking
from app.quoted import quoted
from app.rechecking import CheckedSentence, Rechecker
from app.retrieval.contradictions import find_contradictions
from app.retrieval.cross_encoder import open_reranker
from app.retrieval.evidence import EvidenceModel, load_evidence_model
from app.retrieval.passages import Passage
from app.retrieval.search import Found, PassageSearch
from app.retrieval.written import WrittenSentence, embed_written
from app.routed import routed
from app.settings import Settings
from app.telemetry.opening import open_telemetry
from app.telemetry.steps import OFF, Telemetry, Trace
from app.translating import translated
from guardrails.gate import Gate
from guardrails.grounding import SentenceGate
from guardrails.guards import AskedText
from guardrails.judging import Judge
from guardrails.policy import Policy
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import Knowledge, open_knowledge
from ingest.languages.identify import identify_question
from ingest.ledger.reading import Scope
from prompts.library import phrase

if TYPE_CHECKING:
    from app.models.model import ChatModel
    from ingest.embedding.centring import CentredEmbedder

_PASSAGES = 8
_ASKS_BACK = 0.75  # of the least confidence to answer: from there on it may be the country that is missing
_FALLBACK_LANGUAGE = "en"

ModelChooser = Callable[[str | None], "ChatModel | None"]


class Assistant:
    """Answers questions from one knowledge base; safe to share between threads."""

    def __init__(
        self,
        search: PassageSearch,
        guards: Guards,
        choose: ModelChooser,
        evidence: EvidenceModel,
        judges: Callable[[Policy], Judge | None],
        resources: ExitStack | None = None,
        telemetry: Telemetry = OFF,
        before: AnsweredBefore | None = None,
    ) -> None:
        self._search = search
        self._guards = guards
        self._choose = choose
        self._evidence = evidence
        self._judges = judges
        self._resources = resources or ExitStack()
        self._telemetry = telemetry
        self._before = before

    def ask(self, question: Question, stop: threading.Event | None = None) -> Iterator[Event]:
        """The events of one question, the last of them ``Finished``.

        :param stop: once set, generation ends and what was checked so far is the answer.
        :raises AppUserError: the question names a model that cannot be asked for.
        """
        trace = self._telemetry.question()
        yield from trace.watched(self._answered(question, stop or threading.Event(), trace))

    def _answered(self, question: Question, stop: threading.Event, trace: Trace) -> Iterator[Event]:
        with trace.step("language") as step:
            language = question.language or _language_of(question)
            step.set(language=language)
        composer = AnswerComposer(language, trace)
        yield Understood(language)
        if not question.text.strip():
            raise AppUserError("the question is empty: write a few words")
        policy, gate = self._guards.current()
        composer.made_with = MadeWith(
            day=question.as_of or date.today(), audience=question.audience, policy=self._guards.digest_of(policy)
        )
        earlier = tuple(turn.text for turn in question.history if turn.role == "user")
        asked = AskedText(question.text, language, self._guards.embed_question, earlier)
        text = check_question(gate, asked, composer)
        if text is None:
            yield Finished(composer.answer("abstain", refusal(composer)))
            return
        question = question.model_copy(update={"text": text})
        model = self._choose(question.model)
        with trace.step("follow_up") as step:
            asked_model = trace.model(model) if model else None
            composer.understood = understand(question.text, language, question.history, asked_model, stop)
            step.set(followed_up=composer.understood is not None)
        if composer.understood:
            yield FollowedUp(composer.understood)
            question = question.model_copy(update={"text": composer.understood.question})
        if self._before is not None and question.may_recall:
            looked = self._before.look(question, composer, model, self._search.model().fingerprint)
            if looked.given is not None:
                yield from given_again(looked.given, composer)
                return
            if looked.reusable is not None:
                yield looked.reusable
        with trace.step("retrieval") as step:
            passages = self._retrieve(question, composer)
            step.set(language=language, passages=len(passages), confidence=composer.confidence)
        yield Retrieved(tuple(passage.title for passage in passages), composer.confidence)
        allowed = check_passages(gate, self._guards.seen(passages), passages, composer)
        if allowed and question.reply is None and composer.confidence >= _ASKS_BACK * self._evidence.threshold:
            composer.asked_back = asked_back(question.text, language, allowed, composer.found.others)
        if self._search.is_empty():
            composer.reason("no-documents")
            yield Finished(composer.answer("abstain", phrase("no_documents", language)))
        elif composer.confidence < self._evidence.threshold and composer.asked_back:
            composer.reason(COUNTRY_OPEN)
            yield Finished(composer.answer("abstain", composer.asked_back.text))
        elif composer.confidence < self._evidence.threshold:
            composer.reason("no-evidence")
            yield Finished(composer.answer("abstain", phrase("abstain", language, question=question.text)))
        elif allowed is None:
            yield Finished(composer.answer("abstain", refusal(composer)))
        elif model is None:
            composer.reason("no-model")
            composer.notices.append(phrase("no_model", language))
            yield from quoted(question, composer, allowed)
        else:
            checks = partial(self._checks, policy, gate, language, "\n".join((*earlier, question.text)))
            attempts = Attempts(question, composer, allowed, checks, stop)
            if isinstance(model, RoutedModel):
                yield from routed(model, question.text, policy, attempts)
            else:
                yield from attempts.ask(model, FIRST)
            yield from attempts.ended()

    def search(self, question: Question, kinds: frozenset[str] | None = None) -> Findings:
        """What is found for a question that nobody answers.

        :param kinds: of the documents; all when None.
        :raises AppUserError: nothing was ingested yet.
        """
        self._search.require_documents()
        language = question.language or _language_of(question)
        scope = Scope(question.as_of or date.today(), question.audience, question.customer_id, kinds=kinds)
        found = self._search.find(question.text, language, scope, _PASSAGES)
        hits: list[Citation] = []
        for passage in found.passages:
            cite(hits, passage, passage.chunk.units[passage.best_unit])
        contradictions = find_contradictions(found.passages, found.others)
        return Findings(language=language, hits=tuple(hits), contradictions=cite_contradictions(hits, contradictions))

    def check(
        self, sentences: Sequence[str], sources: Sequence[Citation], language: str, known: str
    ) -> list[CheckedSentence]:
        """What the guards of answers say of sentences that a person wrote or changed; see :mod:`app.rechecking`."""
        policy, gate = self._guards.current()
        checker = Rechecker(policy.grounding, gate, self._search.model())
        return checker.check(sentences, sources, language, known)

    def translate(
        self, sentences: Sequence[tuple[str, str]], into: str, names: Sequence[str] = (), model: str | None = None
    ) -> list[str | None]:
        """Each sentence, given with its language, in another one; see :mod:`app.translating`.

        :raises AppUserError: ``model`` names one that cannot be asked for.
        """
        chosen = self._choose(model)
        return translated(chosen, sentences, into, names) if chosen else [None] * len(sentences)

    def embedding_model(self) -> CentredEmbedder:
        """The model that finds passages; it is opened once for all who need it.

        :raises IngestUserError: it cannot be opened.
        """
        return self._search.model()

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
        found = _without(self._search.find(question.text, language, scope, _PASSAGES), question.leave_out)
        composer.retrieval_ms = composer.elapsed_ms() - started
        composer.confidence = self._evidence.probability(found.passages)
        composer.found = found
        composer.note_made(versions=tuple(dict.fromkeys(each.chunk.version.id for each in found.passages)))
        return [passage.numbered(number) for number, passage in enumerate(found.passages, 1)]

    def _checks(
        self, policy: Policy, gate: Gate, language: str, asked: str, passages: Sequence[Passage], masking: Masking
    ) -> Checks:
        """Support and embedding in the space of the passages' own vectors, whatever model is in use by now."""
        model = passages[0].model
        embed = embed_written(model)
        sentence = partial(WrittenSentence.of, embedder=model)
        judge = self._judges(policy)
        judge = masked_judge(judge, masking, language, passages) if judge else None
        grounding = policy.grounding
        return Checks(SentenceGate(embed, grounding, judge), gate, asked, sentence, embed, grounding.repairs)


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
    resources = resources or ExitStack()
    guards = open_guards(knowledge, settings.policy, settings.home / "models")
    return Assistant(
        PassageSearch(knowledge, open_reranker(settings)),
        guards,
        lambda name: choose_model(settings, name),
        load_evidence_model(),
        partial(open_judge, settings),
        resources,
        open_telemetry(settings),
        open_answered_before(settings, knowledge.engine, guards, resources),
    )


def _without(found: Found, documents: Sequence[str]) -> Found:
    left = [
        [each for each in some if each.chunk.version.document_id not in documents]
        for some in (found.passages, found.others)
    ]
    return Found(*left) if documents else found


def _language_of(question: Question) -> str:
    earlier = next((turn for turn in reversed(question.history) if turn.role == "user"), None)
    fallback = _FALLBACK_LANGUAGE
    if earlier is not None:
        fallback = earlier.language or identify_question(earlier.text, _FALLBACK_LANGUAGE).language
    return identify_question(question.text, fallback).language
