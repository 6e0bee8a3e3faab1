"""The steps of a question, for whoever watches them; here nobody does, and nothing of OpenTelemetry is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.answers import Answer, Event
    from app.models.model import ChatModel
    from guardrails.gate import Ran

Value = str | bool | int | float | Sequence[str]


class Step:
    """One step while it runs; this one keeps nothing."""

    def set(self, **values: Value) -> None:
        """What is told of it: numbers and codes, by their names without ``polydesk.`` in ``vocabulary.yaml``."""


class Trace:
    """The steps of one question; this one keeps nothing."""

    def step(self, name: str) -> AbstractContextManager[Step]:
        """A step that takes from here to the end of the block; further steps in between are parts of it."""
        return _NOTHING

    def guards(self, about: str, ran: Sequence[Ran]) -> None:
        """Guards that have just run, one after another."""

    def model(self, model: ChatModel) -> ChatModel:
        """The same model, each of its requests watched."""
        return model

    def watched(self, events: Iterator[Event]) -> Iterator[Event]:
        """The events of the question, as they are."""
        LAST.set(self)
        return events

    def escalated(self, answer: Answer, step: Step) -> None:
        """Whether a person looks at the answer; ``step`` found out."""


class Telemetry:
    """Where traces come from; these keep nothing."""

    def question(self) -> Trace:
        """The trace of a new question."""
        return NO_TRACE

    def figures(self, accept: str) -> tuple[bytes, str] | None:
        """The figures of this process as text, with its content type; None where they are kept for nobody.

        :param accept: the formats that whoever asks can read, as the header has them.
        """
        return None

    def close(self) -> None:
        """Send what is left, within a time limit."""


_NOTHING = nullcontext(Step())
NO_TRACE = Trace()
OFF = Telemetry()
LAST: ContextVar[Trace] = ContextVar("polydesk_last_trace", default=NO_TRACE)


def last_trace() -> Trace:
    """Of the question that this thread asked last: what follows from its answer belongs to it."""
    return LAST.get()
