"""More time for a document that is slow for a good reason, such as text recognition page by page."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[float, str], None]] = []


def extend(seconds: float, reason: str) -> None:
    """Ask for more time for the document that is being parsed; the pool bounds the sum of what it grants.

    Outside a worker process nothing limits the time, and this does nothing.

    :param seconds: how much longer, on top of what is left.
    :param reason: what takes so long, for a person.
    """
    for listener in _listeners:
        listener(seconds, reason)


def listen(listener: Callable[[float, str], None]) -> None:
    """Have ``listener`` called with what :func:`extend` is asked for, in place of an earlier one."""
    _listeners[:] = [listener]
