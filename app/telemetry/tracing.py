"""One question as a trace of OpenTelemetry.

Nothing is put into OpenTelemetry's own context, and no provider is set for the process: the events of a question pass
through threads and callers, and what other libraries would trace has no way out through us.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, cast

from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, Tracer, set_span_in_context

from app.answers import Answer, Event, Finished
from app.telemetry.meters import Meters
from app.telemetry.spans import SpanStep
from app.telemetry.steps import LAST, Step, Trace
from app.telemetry.watching import WatchedModel

if TYPE_CHECKING:
    from collections.abc import Generator

    from app.models.model import ChatModel
    from guardrails.gate import Ran

_ROOT = Context()


class QuestionTrace(Trace):
    """See :class:`Trace`; for one question, which one thread at a time works on."""

    def __init__(self, tracer: Tracer, meters: Meters) -> None:
        self.meters = meters
        self._tracer = tracer
        self._root = SpanStep(tracer.start_span("question", _ROOT), "question")
        self._running = [self._root]
        self._answer: Answer | None = None

    def step(self, name: str) -> SpanStep:
        """See :class:`Trace`."""
        return SpanStep(self._tracer.start_span(name, self._parent()), name, self._running)

    def _request(self, model: str) -> SpanStep:
        """A request to a model: it goes on while its words are looked at, so they are no parts of it."""
        return SpanStep(self._tracer.start_span(f"chat {model}", self._parent(), kind=SpanKind.CLIENT), "chat")

    def guards(self, about: str, ran: Sequence[Ran]) -> None:
        """See :class:`Trace`; their times are laid out backwards from now."""
        end = time.time_ns()
        for one in reversed(ran):
            start = end - int(one.milliseconds * 1e6)
            step = SpanStep(self._tracer.start_span(f"guard {one.guard}", self._parent(), start_time=start), "guard")
            step.set(guard=one.guard, about=about, findings=_codes(one), failed=one.failed)
            step.span.end(end)
            end = start

    def model(self, model: ChatModel) -> ChatModel:
        """See :class:`Trace`."""
        return WatchedModel(model, self._request, self.meters)

    def watched(self, events: Iterator[Event]) -> Iterator[Event]:
        """See :class:`Trace`; the trace ends with the answer, before anybody reads it."""
        LAST.set(self)
        try:
            with closing(cast("Generator[Event, None, None]", events)):
                for event in events:
                    if isinstance(event, Finished):
                        self._finish(event.answer)
                    yield event
        except Exception as error:
            self._root.fail(error)
            raise
        finally:
            if self._answer is None:
                self._root.set(action="none")
                self._root.span.end()

    def escalated(self, answer: Answer, step: Step) -> None:
        """See :class:`Trace`."""
        case = answer.escalation
        step.set(escalated=case is not None)
        if case is not None:
            step.set(cause=case.cause, priority=case.priority)
            self.meters.escalated(answer, case)

    def _finish(self, answer: Answer) -> None:
        self._answer = answer
        shown = [each.score for each in answer.sentences if each.supported]
        cost = self.meters.cost_of(answer)
        self._root.set(
            language=answer.language,
            action=answer.action,
            reasons=answer.reasons,
            model=answer.model,
            confidence=answer.confidence,
            shown=len(shown),
            withheld=len(answer.sentences) - len(shown),
            citations=len(answer.citations),
            contradictions=len(answer.contradictions),
            attempts=len(answer.attempts),
            findings=sorted({each.code for each in answer.findings}),
            followed_up=answer.understood is not None,
            recalled=answer.recalled is not None,
            prompt_tokens=answer.usage.prompt_tokens,
            completion_tokens=answer.usage.completion_tokens,
            first_token_ms=answer.timings_ms.first_token,
            retrieval_ms=answer.timings_ms.retrieval,
            guards_ms=answer.timings_ms.guards,
        )
        if shown:
            self._root.set(support=min(shown))
        if cost:
            self._root.set(cost=float(cost.amount), currency=cost.currency)
        self._root.span.end()
        self.meters.answered(answer, cost)

    def _parent(self) -> Context:
        return set_span_in_context(self._running[-1].span, _ROOT)


def _codes(ran: Ran) -> list[str]:
    return sorted({each.code for each in ran.objections})
