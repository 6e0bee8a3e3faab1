"""The dashboard as plain values: the page draws them, ``polydesk dashboard`` prints them, ``--json`` has them as is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Phase = Literal["retrieval", "guards", "model", "gate", "other"]
PHASES: tuple[Phase, ...] = ("retrieval", "guards", "model", "gate", "other")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Money(_Part):
    """An amount by the price list."""

    amount: float
    currency: str  # ISO 4217


class Bill(_Part):
    """What models were paid.

    :param attempts: how often a model was asked.
    :param unpriced: how often one without a known price, which is in none of the amounts.
    """

    money: tuple[Money, ...] = ()
    attempts: int = 0
    unpriced: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Seconds(_Part):
    """How long an answer took, and on average in each phase; None where there was none."""

    median: float | None = None
    p95: float | None = None
    phases: dict[Phase, float] = {}


class Figures(_Part):
    """One period; shares lie between 0 and 1 and are None where there is nothing to have a share of.

    :param answers: finished ones, abstentions and cases among them.
    :param unfinished: broken off, failed or stopped; they are in no other figure.
    :param handed_over: a person looks at it, also beside an answer that stands.
    :param evidence: mean of how likely the passages found answer the question.
    :param support: mean over answers of how well what was written is supported.
    :param findings: of guards; ``found_in`` of so many answers.
    """

    begin: datetime
    end: datetime
    answers: int = 0
    answered: int = 0
    abstained: int = 0
    handed_over: int = 0
    unfinished: int = 0
    evidence: float | None = None
    support: float | None = None
    sentences: int = 0
    withheld: int = 0
    findings: int = 0
    found_in: int = 0
    up: int = 0
    down: int = 0
    seconds: Seconds = Seconds()
    bill: Bill = Bill()

    @property
    def abstentions(self) -> float | None:
        """Share of answers that are none."""
        return share_of(self.abstained, self.answers)

    @property
    def escalations(self) -> float | None:
        """Share that went to a person."""
        return share_of(self.handed_over, self.answers)

    @property
    def flagged(self) -> float | None:
        """Share in which a guard found something."""
        return share_of(self.found_in, self.answers)

    @property
    def liked(self) -> float | None:
        """Share of the rated ones that were rated up."""
        return share_of(self.up, self.up + self.down)


class Day(_Part):
    """One calendar day for the charts.

    :param is_now: whether it belongs to the period that is looked at.
    """

    day: date
    is_now: bool
    answers: int = 0
    abstained: int = 0
    handed_over: int = 0
    median_seconds: float | None = None
    support: float | None = None
    money: tuple[Money, ...] = ()


class Counted(_Part):
    """How often there was something, now and before.

    :param name: a language's code, a document's title, a stable code; empty for all others together.
    :param of: the guard that it belongs to.
    """

    name: str
    now: int
    before: int
    of: str = ""


class ModelUse(_Part):
    """What was asked of one model; its money is in ``bill``."""

    model: str
    seconds: float
    bill: Bill


class Listed(_Part):
    """One answer among the slowest or the least supported; its words stand in its record alone."""

    id: int
    conversation_id: str
    at: datetime
    language: str
    action: str
    model: str
    seconds: float
    support: float | None  # of the weakest sentence that is shown


class Drift(_Part):
    """The last look at whether what is asked has changed; ``alarms`` are stable codes."""

    week: str
    enough: bool
    alarms: tuple[str, ...]


class Dashboard(_Part):
    """All of it.

    :param enough: whether both periods have the ``least`` answers that a comparison needs.
    """

    days: int
    zone: str
    now: Figures
    before: Figures
    least: int
    enough: bool
    trend: tuple[Day, ...]
    languages: tuple[Counted, ...]
    topics: tuple[Counted, ...]
    reasons: tuple[Counted, ...]
    findings: tuple[Counted, ...]
    feedback: tuple[Counted, ...]
    models: tuple[ModelUse, ...]
    slowest: tuple[Listed, ...]
    weakest: tuple[Listed, ...]
    drift: Drift | None = None


def share_of(part: int, whole: int) -> float | None:
    """``part`` of ``whole``; None of nothing."""
    return part / whole if whole else None
