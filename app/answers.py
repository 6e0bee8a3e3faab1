"""What the assistant yields while it answers, and the answer it ends with.

The field names of :class:`Answer` are the JSON of ``polydesk ask --json``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

Action = Literal["answer", "abstain", "escalate"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Citation(_Frozen):
    """One quoted place; ``start``/``end`` are offsets in the parsed text of that version."""

    n: int
    document: str  # the document's id
    title: str
    version: int
    page: int | None
    language: str
    quote: str
    start: int
    end: int
    # What a page needs to open the passage, also after the document was retired:
    uri: str
    heading: tuple[str, ...] = ()
    passage: str = ""  # the whole chunk, as it stands in the parsed text
    passage_start: int = 0  # offset of ``passage`` in the parsed text
    history: bool = False  # an earlier ticket of the customer: what was said then, not a rule


class Sentence(_Frozen):
    """One sentence of the answer with its verdict from the sentence gate."""

    text: str
    supported: bool
    score: float  # 0..1, calibrated support
    citations: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()


class Usage(_Frozen):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Timings(_Frozen):
    """Milliseconds since the question came in, or spent in a stage."""

    retrieval: float = 0
    guards: float = 0
    first_token: float = 0
    total: float = 0


class Replacement(_Frozen):
    """What stood in an earlier question (empty: nothing), and what of the follow-up took its place."""

    kind: str  # place, product, date, amount, customer …
    old: str
    new: str


class Understanding(_Frozen):
    """How a follow-up was understood: the question that was searched for, and why."""

    question: str  # self-contained
    language: str  # most of ``question`` is in; the answer's is that of the words as typed
    how: Literal["substituted", "joined", "carried", "model"]
    earlier: str  # the question it leans on, self-contained
    signs: tuple[str, ...] = ()  # stable codes, for example ``connective`` or ``points-back``
    replaced: tuple[Replacement, ...] = ()


class Answer(_Frozen):
    """The end of every question: an answer, an abstention or an escalation."""

    action: Action
    language: str
    answer: str  # the shown text; for an abstention the fixed phrase in the question's language
    reasons: tuple[str, ...] = ()  # stable codes, for example ``no-evidence`` or ``no-model``
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    notice: str = ""  # a line beside the answer in the question's language, e.g. that no model is connected
    confidence: float = 0.0  # 0..1, probability that the evidence answers the question
    model: str = "quoting"
    usage: Usage = Usage()
    timings_ms: Timings = Timings()
    understood: Understanding | None = None  # None when the question was taken as typed


class Turn(_Frozen):
    """An earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str
    language: str | None = None  # found from the text when None
    understood: Understanding | None = None  # of a question that leaned on earlier ones


class Question(_Frozen):
    """All that one question asks of the assistant."""

    text: str
    history: tuple[Turn, ...] = ()
    language: str | None = None  # found from the text when None
    as_of: date | None = None  # today when None
    audience: str = "agent"  # the asker's audience; decides which documents may be read
    customer_id: str | None = None
    model: str | None = None  # the configured model when None; ``quoting`` for none


@dataclass(frozen=True, slots=True)
class Understood:
    """The question's language is known."""

    language: str


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """The question leans on an earlier one and was made self-contained."""

    understood: Understanding


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Passages were found; ``documents`` are their titles, best first."""

    documents: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Generating:
    """A model started to write."""

    model: str


@dataclass(frozen=True, slots=True)
class SentenceReady:
    """A sentence passed the gate and may be shown, with the citations it introduces."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class SentenceWithheld:
    """A sentence did not pass the gate and is not shown as part of the answer."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class ModelFailed:
    """The model could not be used or went away; quoting takes over."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of every question."""

    answer: Answer


Event = Understood | FollowedUp | Retrieved | Generating | SentenceReady | SentenceWithheld | ModelFailed | Finished
