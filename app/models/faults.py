"""What went wrong between us and a model, whatever library says so and in whatever words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from app.errors import AppUserError, ModelError
from app.models.breakers import LeftAloneError

_BUSY = (429, 503)
_LONGEST = 200  # characters of a server's own words


@dataclass(frozen=True, slots=True)
class Described:
    """A model and its server in the words of an error.

    :param no_server: what to say, and do, when nobody answers.
    :param no_model: the same when the server does not have the model.
    :param secret: that must not be in any message.
    """

    name: str
    silence_s: float
    no_server: str
    no_model: str
    secret: str = ""


def is_busy(error: BaseException) -> bool:
    """Whether the server has too much to do, and may have time in a moment."""
    return status_of(error) in _BUSY


def status_of(error: BaseException) -> int | None:
    """The HTTP status that an error is about."""
    for each in _causes(error):
        status = getattr(each, "status_code", None) or getattr(getattr(each, "response", None), "status_code", None)
        if isinstance(status, int) and status > 0:
            return status
    return None


def is_unreachable(error: BaseException) -> bool:
    """Whether the connection is the matter, not what was said over it."""
    kinds = (httpx.TransportError, OSError)
    return status_of(error) is None and (
        any(isinstance(each, kinds) for each in _causes(error)) or "Failed to connect" in str(error)
    )


def left_alone(error: BaseException) -> LeftAloneError | None:
    """What says that nobody was asked; None where somebody was."""
    return next((each for each in _causes(error) if isinstance(each, LeftAloneError)), None)


def fault_of(error: BaseException, said_something: bool, model: Described) -> ModelError:
    """The error for an agent's screen: one line, with a stable code.

    :param said_something: whether words of the answer have come.
    """
    if isinstance(error, ModelError):
        return error
    refused = next((each for each in _causes(error) if isinstance(each, AppUserError)), None)
    if refused is not None:  # by ourselves: the host must not be asked
        return ModelError("refused-host", str(refused))
    if any(isinstance(each, httpx.TimeoutException) and not _is_connecting(each) for each in _causes(error)):
        return ModelError("timeout", f"{model.name} was silent for {model.silence_s:g} s")
    words, status = _words(error, model.secret), status_of(error)
    if is_unreachable(error):
        if said_something:
            return ModelError("went-away", f"{model.name} went away in the middle of the answer")
        resting = left_alone(error)
        again = f" (asked again in {resting.seconds:.0f} s)" if resting else ""
        return ModelError("no-server", f"{model.no_server}{again}")
    if status == 404:
        return ModelError("no-such-model", model.no_model)
    if status in (401, 403):
        return ModelError("failed", f"the server of {model.name} refuses the key: set the right one")
    if status in (400, 413) and "context" in words.lower():
        return ModelError(
            "truncated-prompt",
            f"the prompt is longer than the context of {model.name}; lower POLYDESK_NUM_CTX to the server's: {words}",
        )
    if "memory" in words.lower():
        return ModelError("out-of-memory", f"{model.name} does not fit in the server's memory: {words}")
    if status in _BUSY:
        return ModelError("busy", f"the server of {model.name} is busy and stayed so after several attempts")
    if said_something:
        return ModelError("went-away", f"{model.name} went away in the middle of the answer: {words}")
    return ModelError("failed", f"{model.name} failed: {words}")


def _is_connecting(error: BaseException) -> bool:
    return isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or each.__context__


def _words(error: BaseException, secret: str) -> str:
    words = " ".join(str(error).split())
    return (words.replace(secret, "…") if secret else words)[:_LONGEST]
