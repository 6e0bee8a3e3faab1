"""What the drift of a week came to: plain values, as ``--json`` prints them and as the home keeps them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from app.drift.policy import What


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Moved(_Part):
    """One language or topic with its share of the questions, 0..1."""

    name: str  # ISO 639-1 code, or the title of the document that is cited most; empty where none is
    before: float
    now: float
    example: str = ""  # one of the questions on a topic, with placeholders


class Change(_Part):
    """One thing that was compared.

    :param before: the share or mean in the weeks before; None for languages and topics.
    :param size: of the change, 0..1; for languages and topics the share of questions that moved.
    :param p: of a permutation test; None where the questions are too few for one.
    :param adjusted: the same for asking several things at once.
    :param moved: what grew or shrank most, first.
    """

    what: What
    before: float | None = None
    now: float | None = None
    size: float
    p: float | None = None
    adjusted: float | None = None
    alarm: bool = False
    moved: tuple[Moved, ...] = ()


class WeekLine(_Part):
    """One week in figures; shares and means are None where nothing was asked."""

    week: str
    questions: int
    conversations: int
    abstentions: float | None = None
    escalations: float | None = None
    evidence: float | None = None
    support: float | None = None
    far: float | None = None


class NewQuestion(_Part):
    """Something that is asked and that no golden question is near: worth adding to them.

    :param question: one of its forms, with placeholders.
    :param asked: how often it was asked, in whatever words.
    :param likeness: cosine to the nearest golden question.
    :param documents: the titles that the answers cite most; a person decides which is right.
    """

    question: str
    language: str
    asked: int
    conversations: int
    languages: tuple[str, ...]
    likeness: float
    documents: tuple[str, ...]


class DriftReport(_Part):
    """A week beside the weeks before and the golden questions.

    :param enough: whether there were enough questions for an alarm.
    :param uncovered: by language how many questions of the week are in one that no golden question is in.
    """

    week: str
    made_at: datetime
    questions: int
    conversations: int
    weeks_before: int
    questions_before: int
    golden: int
    enough: bool
    level: float
    changes: tuple[Change, ...]
    weeks: tuple[WeekLine, ...]
    uncovered: dict[str, int]
    new_questions: tuple[NewQuestion, ...]

    @property
    def alarms(self) -> list[Change]:
        """What changed by more than chance, and by enough to be looked at."""
        return [each for each in self.changes if each.alarm]
