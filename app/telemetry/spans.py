"""A step that is a span of OpenTelemetry."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType

from opentelemetry.trace import Span, StatusCode

from app.telemetry.steps import Step, Value
from app.telemetry.vocabulary import vocabulary


class SpanStep(Step, AbstractContextManager["SpanStep"]):
    """A step that is a span.

    :param stack: the steps that run, the outermost first; None for one without parts.
    """

    def __init__(self, span: Span, kind: str, stack: list[SpanStep] | None = None) -> None:
        self.span = span
        self.kind = kind
        self._stack = stack

    def set(self, **values: Value) -> None:
        """See :class:`Step`."""
        self.tell({f"polydesk.{name}": value for name, value in values.items()})

    def tell(self, values: dict[str, Value]) -> None:
        """The same by full names."""
        self.span.set_attributes(vocabulary().told(self.kind, values))

    def __enter__(self) -> SpanStep:
        if self._stack is not None:
            self._stack.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            self.fail(error)
        if self._stack and self in self._stack:
            del self._stack[self._stack.index(self) :]
        self.span.end()

    def fail(self, error: Exception) -> None:
        """The code of an error or its kind, never its words."""
        self.tell({"error.type": getattr(error, "code", None) or type(error).__name__})
        self.span.set_status(StatusCode.ERROR)
