"""What a guard is: it looks at a question, at passages, or at one sentence of an answer, and says what it found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from guardrails.support import PassageLike, Vectors
from guardrails.verdicts import Verdict


class Embed(Protocol):
    """Makes vectors of texts in a language, shape (texts, dimensions), centred and of length 1."""

    def __call__(self, texts: Sequence[str], language: str, /) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class AskedText:
    """A question as it came in."""

    text: str
    language: str  # ISO 639-1 code
    embed: Embed
    earlier: tuple[str, ...] = ()  # what the same person wrote before in this conversation, oldest first


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of an answer that the sentence gate found supported, before anybody sees it."""

    text: str  # as it would be shown, without citation marks
    written: str  # as the model wrote it
    language: str  # ISO 639-1 code that the answer should be in
    cited: Sequence[PassageLike]  # those that support it, and those it names
    passages: Sequence[PassageLike]  # all that the model was shown
    asked: str  # the question and what the asker wrote before
    embed: Embed


class QuestionGuard(Protocol):
    """Looks at a question before anything is done with it."""

    name: str

    def check(self, asked: AskedText) -> Sequence[Verdict]:
        """What was found, nothing when all is well; raising is a finding, too."""
        ...


class PassageGuard(Protocol):
    """Looks at what was retrieved before a model or a reader sees it."""

    name: str

    def quarantined(self, passages: Sequence[PassageLike]) -> Mapping[int, Collection[int]]:
        """By the passage's number the indices of the units that must not be used."""
        ...


class SentenceGuard(Protocol):
    """Looks at a sentence of an answer before it is shown; a verdict that is not passed withholds it."""

    name: str

    def check(self, sentence: DraftSentence) -> Sequence[Verdict]:
        """What was found, nothing when all is well; raising is a finding, too."""
        ...
