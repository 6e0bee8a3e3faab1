"""The guards of this assistant: built as the policy says, and built anew when it changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.errors import AppUserError
from app.made_with import policy_digest
from app.retrieval.asked_vectors import asked_vectors
from guardrails.answer_language import AnswerLanguageGuard
from guardrails.commitments.guard import CommitmentsGuard
from guardrails.errors import PolicyError
from guardrails.gate import Gate, MissingGuard
from guardrails.guards import Embed, PassageGuard, QuestionGuard, SentenceGuard
from guardrails.injection.passage_guard import InjectionPassageGuard
from guardrails.injection.question_guard import InjectionQuestionGuard
from guardrails.leaks.guard import LeaksGuard
from guardrails.personal.find import use_policy
from guardrails.personal.other_people import OtherPeople
from guardrails.policy import POLICY_PATH, Policy
from guardrails.policy_file import PolicyFile
from guardrails.topics.guard import TopicsGuard
from guardrails.topics.nearness import kept_nearness
from ingest.embedding.bundle import BUNDLE_NAME
from ingest.embedding.centring import CentredEmbedder
from ingest.languages.identify import identify
from prompts.answering import prompt_texts
from prompts.drafting import draft_texts
from prompts.repair import repair_texts

if TYPE_CHECKING:
    from app.retrieval.passages import Passage
    from ingest.embedding.base import Vectors
    from ingest.knowledge import Knowledge

_Guard = TypeVar("_Guard")


class Guards:
    """Policy and gate that belong together; safe to share between threads.

    :param build: the gate that a policy asks for.
    :param model: the embedding model that the guards were fitted on.
    """

    def __init__(self, file: PolicyFile, build: Callable[[Policy], Gate], model: Callable[[], CentredEmbedder]) -> None:
        self.embed_question = embed_questions(model)
        self.model = model
        self._file = file
        self._build = build
        self._lock = threading.Lock()
        self._policy = file.current()
        self._gate = build(self._policy)
        self._digest = policy_digest(self._policy)

    def current(self) -> tuple[Policy, Gate]:
        """What is in force now."""
        policy = self._file.current()
        with self._lock:
            if policy is not self._policy:
                self._policy, self._gate = policy, self._build(policy)
                self._digest = policy_digest(policy)
            return self._policy, self._gate

    def digest_of(self, policy: Policy) -> str:
        """What tells a policy that :meth:`current` gave from others."""
        with self._lock:
            if policy is self._policy:
                return self._digest
        return policy_digest(policy)

    def seen(self, passages: Sequence[Passage]) -> list[Passage]:
        """The passages as the guards can judge them: with vectors of their own model, whatever found them."""
        return [
            passage
            if passage.model.embedder.name == BUNDLE_NAME
            else replace(passage, embedder=self.model(), vectors=None)
            for passage in passages
        ]


def open_guards(knowledge: Knowledge, policy: Path | None, folder: Path) -> Guards:
    """The guards of a policy file, that which is shipped when None.

    :param folder: of the unpacked models.
    :raises AppUserError: the file cannot be used.
    """

    @lru_cache(maxsize=1)
    def model() -> CentredEmbedder:
        """The bundled one, on which the guards were fitted, whatever model the knowledge base has."""
        known = knowledge.embedder
        return known if known.embedder.name == BUNDLE_NAME else knowledge.open_model(BUNDLE_NAME)

    file = open_policy(policy)
    use_policy(lambda: file.current().personal)
    return Guards(file, lambda found: build_gate(found, model, folder), model)


def open_policy(path: Path | None) -> PolicyFile:
    """The policy in ``path``, that which is shipped when None.

    :raises AppUserError: the file cannot be used.
    """
    try:
        return PolicyFile(path or POLICY_PATH)
    except PolicyError as error:
        raise AppUserError(str(error)) from None


def build_gate(policy: Policy, model: Callable[[], CentredEmbedder], folder: Path) -> Gate:
    """The guards that ``policy`` turns on, in their order; one that cannot be had lets nothing pass.

    :param folder: where is kept what takes seconds to make of the policy.
    """
    questions: list[tuple[str, bool, Callable[[], QuestionGuard]]] = [
        ("injection", policy.injection.enabled, lambda: InjectionQuestionGuard(policy.injection)),
        ("topics", policy.topics.enabled, lambda: _topics(policy, model(), folder)),
    ]
    passages: list[tuple[str, bool, Callable[[], PassageGuard]]] = [
        ("injection", policy.injection.enabled, lambda: InjectionPassageGuard(policy.injection)),
    ]
    sentences: list[tuple[str, bool, Callable[[], SentenceGuard]]] = [
        ("answer-language", policy.answer_language.enabled, lambda: _answer_language(policy)),
        (
            "leaks",
            policy.leaks.enabled,
            lambda: LeaksGuard(policy.leaks, [*prompt_texts(), *draft_texts(), *repair_texts()]),
        ),
        ("other-people", policy.personal.enabled, lambda: OtherPeople(policy.personal)),
        ("commitments", policy.commitments.enabled, lambda: CommitmentsGuard(policy.commitments)),
    ]
    return Gate(_built(questions), _built(passages), _built(sentences), policy.guards.seconds)


def embed_questions(model: Callable[[], CentredEmbedder]) -> Embed:
    """Embeds as questions are; a text that several guards look at, and then the search, is embedded once."""

    def embed(texts: Sequence[str], language: str, /) -> Vectors:
        import numpy as np

        return np.stack([asked_vectors(text, language, model()).vector for text in texts])

    return embed


def _built(makers: Sequence[tuple[str, bool, Callable[[], _Guard]]]) -> list[_Guard | MissingGuard]:
    return [_made(name, make) for name, is_on, make in makers if is_on]


def _made(name: str, make: Callable[[], _Guard]) -> _Guard | MissingGuard:
    try:
        return make()
    except Exception as error:  # whatever it is, the others are there, and nothing passes this one
        return MissingGuard(name, " ".join(f"{type(error).__name__}: {error}".split()))


def _topics(policy: Policy, model: CentredEmbedder, folder: Path) -> TopicsGuard:
    def embed(texts: Sequence[str], language: str, /) -> Vectors:
        return model.embed(texts, [language] * len(texts), "query")

    return TopicsGuard(policy.topics, kept_nearness(policy.topics, embed, model.fingerprint, folder))


def _answer_language(policy: Policy) -> AnswerLanguageGuard:
    def identified(text: str) -> tuple[str, float]:
        found = identify(text)
        return found.language, found.confidence

    return AnswerLanguageGuard(policy.answer_language, identified)
