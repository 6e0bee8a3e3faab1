"""A draft: what an agent is shown of a reply, and what of it a customer would get."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.answers import Citation, Contradiction, Finding, Sentence
from app.conversations.partial import joined
from app.rechecking import CheckedSentence
from guardrails.escalation.policy import Priority
from prompts.drafting import Manner

# Why a sentence does not go out as it stands:
# translate – it is not in the customer's language; internal – its document is for the company's people alone;
# history – an earlier ticket says it, which is no rule.
Hold = Literal["", "translate", "internal", "history"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wish(_Frozen):
    """What an agent wants of a draft; None for the manner of the style."""

    manner: Manner | None = None
    brief: bool = False
    remark: str = ""


class DraftedSentence(Sentence):
    """A sentence of a draft.

    :param need: index of what it answers among :attr:`Draft.needs`.
    """

    language: str
    need: int = 0
    hold: Hold = ""


class Need(_Frozen):
    """Something that the customer asks or needs, in their words."""

    text: str
    language: str
    confidence: float = 0.0  # that the evidence answers it
    answered: bool = False


class Handover(_Frozen):
    """That a person should take over, and who, as the rules of escalation say."""

    cause: str
    team: str
    priority: Priority
    first_step: str
    takes_over: bool


class Draft(_Frozen):
    """A reply as it was drafted; numbers of citations are the agent's to see, no customer's."""

    ticket_id: str
    language: str  # the customer's
    manner: Manner
    greeting: str
    sentences: tuple[DraftedSentence, ...] = ()
    come_back: str = ""  # that somebody will see to the rest; empty where nothing remained
    closing: str
    withheld: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    needs: tuple[Need, ...] = ()
    findings: tuple[Finding, ...] = ()
    reasons: tuple[str, ...] = ()  # stable codes
    handover: Handover | None = None
    model: str = "quoting"
    wish: Wish = Wish()
    audience: str = "agent"  # of who asked for it: what it cites is for them
    as_of: date | None = None  # the day whose rules it goes by; that of its writing when None

    @property
    def unanswered(self) -> tuple[Need, ...]:
        return tuple(need for need in self.needs if not need.answered)

    @property
    def sources(self) -> tuple[Citation, ...]:
        """All that the draft cites, each once."""
        sides = (side for each in self.contradictions for side in (each.first, each.second))
        return tuple({source.n: source for source in (*self.citations, *sides)}.values())

    @property
    def held(self) -> tuple[DraftedSentence, ...]:
        """What does not go out as it stands."""
        return tuple(sentence for sentence in self.sentences if sentence.hold)

    @property
    def text(self) -> str:
        """What could be sent as it stands: nothing that is held, no citation marks."""
        return self._written([sentence for sentence in self.sentences if not sentence.hold])

    @property
    def to_edit(self) -> str:
        """What an agent begins with: also what has to be translated or looked at first."""
        return self._written(self.sentences)

    @property
    def fixed(self) -> frozenset[str]:
        """Lines that the style gave, which need no evidence."""
        lines = (*self.greeting.splitlines(), self.come_back, *self.closing.splitlines())
        return frozenset(line.strip() for line in lines if line.strip())

    def _written(self, sentences: list[DraftedSentence] | tuple[DraftedSentence, ...]) -> str:
        paragraphs = [
            # What is held stands by itself, so that a change of it touches nothing else.
            "\n".join(
                filter(
                    None,
                    (
                        joined([each for each in sentences if each.need == need and not each.hold]),
                        *(each.text for each in sentences if each.need == need and each.hold),
                    ),
                )
            )
            for need in range(len(self.needs))
        ]
        return "\n\n".join(filter(None, (self.greeting, *paragraphs, self.come_back, self.closing)))


class Review(_Frozen):
    """What was found of a text that an agent is about to send."""

    text: str
    sentences: tuple[CheckedSentence, ...] = ()
    untranslated: tuple[str, ...] = ()  # sentences that are as they were, in another language than the customer's

    @property
    def marked(self) -> tuple[CheckedSentence, ...]:
        """What an agent should look at again."""
        return tuple(each for each in self.sentences if each.marked and not each.forbidden)

    @property
    def forbidden(self) -> tuple[CheckedSentence, ...]:
        """What must not go out."""
        return tuple(each for each in self.sentences if each.forbidden)

    @property
    def sendable(self) -> bool:
        return not self.forbidden and not self.untranslated and bool(self.text.strip())
