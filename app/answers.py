"""What the assistant yields while it answers, and the answer it ends with.

The field names of :class:`Answer` are the JSON of ``polydesk ask --json``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.retrieval.explaining import Part
from guardrails.escalation.policy import Priority

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
    audience: str = "all"  # who may read the document
    history: bool = False  # an earlier ticket of the customer: what was said then, not a rule
    limited_by: str = ""  # sentences right behind the quote that limit it, where the answer does not tell so itself
    parts: tuple[Part, ...] = ()  # of the passage's score; none in answers that were kept before there were any


class Contradiction(_Frozen):
    """Two places that cannot both hold, one of them at least in a document that the answer cites.

    They are numbered on from the answer's citations, or as the citation where a place is cited too.
    """

    says: tuple[str, str]  # in which words of each they differ: ``12 months`` and ``6 mois``
    first: Citation
    second: Citation


class Sentence(_Frozen):
    """One sentence of the answer with its verdict from the sentence gate."""

    text: str
    supported: bool
    score: float  # 0..1, calibrated support
    citations: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()
    instead_of: Sentence | None = None  # what the model wrote first, refused for its reasons; this is its second try


class Usage(_Frozen):
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )


class Timings(_Frozen):
    """Milliseconds since the question came in, or spent in a stage."""

    retrieval: float = 0
    guards: float = 0
    first_token: float = 0
    total: float = 0


class Finding(_Frozen):
    """What a guard found, as it stands in the record of the answer."""

    guard: str
    code: str  # stable, for example ``injection`` or ``guard-failed``
    about: Literal["question", "passage", "sentence"]
    score: float  # 0..1, how strongly the guard holds it
    reason: str


class GuardCost(_Frozen):
    """How often a guard looked at something for this answer, and for how long in all."""

    guard: str
    checks: int
    milliseconds: float


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


class Attempt(_Frozen):
    """A model that was asked for the answer; of several, one wrote what is shown."""

    model: str
    why: str  # stable code: ``first``, or why another one was asked, for example ``thin-evidence`` or ``withheld``
    usage: Usage = Usage()
    milliseconds: float = 0
    shown: int = 0  # its sentences that passed the guards, whether or not they stand in the answer
    withheld: int = 0
    findings: tuple[str, ...] = ()  # codes of what the guards found in its sentences
    unfinished: bool = False
    failed: str = ""  # the code of its error, for example ``timeout``
    wrote: bool = False  # what is shown, or that there is no answer


class MadeWith(_Frozen):
    """What an answer was made of and with, so that it can be made again, and what changed since be told.

    :param day: on which the documents were read.
    :param versions: the ledger's numbers of the versions whose passages were found, best first.
    """

    day: date
    audience: str
    policy: str  # digest of the policy in force
    prompt: str = ""  # digest of the template; empty where no model was asked
    model_digest: str = ""  # as the model's server knows it; empty where it does not say
    embedding: str = ""  # fingerprint of the model that found the passages
    versions: tuple[int, ...] = ()

    def details(self) -> dict[str, str | list[int]]:
        """As a record has it."""
        return {**self.model_dump(mode="json", exclude={"versions"}), "versions": list(self.versions)}


class Recalled(_Frozen):
    """The answer was given before, to the same question, and nothing that it depends on has changed since."""

    message: int  # the id of the answer that it was written as
    at: datetime  # when that was, UTC


class Escalated(_Frozen):
    """A case that goes to a person: to whom and why. The packet with all that is known of it is kept by ``id``."""

    id: int
    cause: str  # stable code, for example ``person`` or ``legal``
    team: str
    priority: Priority
    first_step: str  # a key of ``first_steps`` in prompts/phrases, or words that stand for themselves


class Choice(_Frozen):
    """One of the things that a question may mean, and the question that asks for it."""

    country: str  # ISO 3166-1
    label: str  # its name, in the language of the question
    question: str


class AskedBack(_Frozen):
    """What is asked of the asker, since the answer depends on it."""

    text: str  # in the language of the question
    choices: tuple[Choice, ...]


class Answer(_Frozen):
    """The end of every question: an answer, an abstention or an escalation."""

    action: Action
    language: str
    answer: str  # the shown text; for an abstention the fixed phrase in the question's language
    reasons: tuple[str, ...] = ()  # stable codes, for example ``no-evidence`` or ``no-model``
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    asked_back: AskedBack | None = None  # beside an answer or an abstention
    notice: str = ""  # a line beside the answer in the question's language, e.g. that no model is connected
    confidence: float = 0.0  # 0..1, probability that the evidence answers the question
    model: str = "quoting"
    usage: Usage = Usage()
    timings_ms: Timings = Timings()
    understood: Understanding | None = None  # None when the question was taken as typed
    findings: tuple[Finding, ...] = ()
    guards: tuple[GuardCost, ...] = ()
    attempts: tuple[Attempt, ...] = ()  # in their order; none where answers are quoted
    made_with: MadeWith | None = None  # None in answers that were kept before this was noted
    recalled: Recalled | None = None  # with None it was written for this question
    escalation: Escalated | None = None  # with the action ``answer``: the answer stands, and somebody looks at it

    @property
    def sources(self) -> tuple[Citation, ...]:
        """All that a reader of the answer can open, each once."""
        return _sources(self.citations, self.contradictions)


class Findings(_Frozen):
    """What a search found; nothing was written from it."""

    language: str  # of the question
    hits: tuple[Citation, ...]  # best first, each with its best sentence or row
    contradictions: tuple[Contradiction, ...] = ()

    @property
    def sources(self) -> tuple[Citation, ...]:
        """All that a reader can open, each once."""
        return _sources(self.hits, self.contradictions)


def _sources(citations: tuple[Citation, ...], contradictions: tuple[Contradiction, ...]) -> tuple[Citation, ...]:
    sides = (side for each in contradictions for side in (each.first, each.second))
    return tuple({source.n: source for source in (*citations, *sides)}.values())


class Turn(_Frozen):
    """An earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str
    language: str | None = None  # found from the text when None
    understood: Understanding | None = None  # of a question that leaned on earlier ones


class Reply(_Frozen):
    """How to write to a customer: the question is theirs, and what is written is meant for them."""

    company: str
    manner: Literal["formal", "informal"] = "formal"
    brief: bool = False
    remark: str = ""  # what the agent asked for; it shapes the words and is no evidence for them


class Question(_Frozen):
    """All that one question asks of the assistant."""

    text: str
    history: tuple[Turn, ...] = ()
    language: str | None = None  # found from the text when None
    as_of: date | None = None  # today when None
    audience: str = "agent"  # the asker's audience; decides which documents may be read
    customer_id: str | None = None
    model: str | None = None  # the configured model when None; ``quoting`` for none
    reply: Reply | None = None  # a customer is written to; None for an answer to the agent
    names: tuple[str, ...] = ()  # of people, known from elsewhere: a model reads placeholders for them
    leave_out: tuple[str, ...] = ()  # ids of documents that are no evidence here, as the ticket that is answered
    may_recall: bool = False  # whether an answer may be given that was given before; where it is to be compared: no


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
    tentative: bool = False  # another model may be asked when it is done, and what it wrote withdrawn


@dataclass(frozen=True, slots=True)
class SentenceReady:
    """A sentence passed the gate and may be shown, with the citations it introduces.

    One that was written anew stands where the refused one would have: ``place`` is its index among those shown.
    """

    sentence: Sentence
    citations: tuple[Citation, ...]
    place: int | None = None  # behind the others when None


@dataclass(frozen=True, slots=True)
class SentenceWithheld:
    """A sentence did not pass the gate and is not shown as part of the answer.

    One that was written anew takes the place of the one it is ``instead_of``.
    """

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was written so far is taken back: another model's words take its place, and come next."""

    model: str  # whose words come next
    why: str  # stable code, as :class:`Attempt` has it


@dataclass(frozen=True, slots=True)
class ModelFailed:
    """The model could not be used or went away; quoting takes over."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Reusable:
    """What comes next may be given again to whoever asks the same, once it is kept and where it is fit for that.

    :param depends_on: code of all that has to be as it was; ``documents`` is that of what is live.
    :param vector: of the question, float16.
    """

    depends_on: str
    documents: str
    vector: bytes


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of every question."""

    answer: Answer


Event = (
    Understood
    | FollowedUp
    | Retrieved
    | Generating
    | SentenceReady
    | SentenceWithheld
    | Withdrawn
    | ModelFailed
    | Reusable
    | Finished
)
