"""Fetch a model to an Ollama server, with its progress; a connection that breaks is taken up again where it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from app.errors import AppError, AppUserError
from app.models.outgoing import checked, unproxied

_ATTEMPTS = 6
_CONNECT_S = 5.0
_SILENCE_S = 900.0  # a large file is checked without a word
_FOR_GOOD = ("file does not exist", "no such host", "invalid model name", "no space left", "unauthorized")


@dataclass(frozen=True, slots=True)
class PullStep:
    """One line of the server's progress; bytes are of the file with ``digest``, 0 where none is being fetched."""

    status: str
    digest: str = ""
    completed: int = 0
    total: int = 0


class _BrokenError(Exception):
    """The pull broke off and may go on."""


def pull(url: str, tag: str, show: Callable[[PullStep], None], pause_s: float = 1.0) -> None:
    """Fetch ``tag`` to the server at ``url``; returns when it is there.

    :param show: called with each step.
    :param pause_s: before the second attempt; it doubles.
    :raises AppUserError: no server answers, or there is no such model.
    :raises AppError: it cannot be fetched.
    """
    retrying = Retrying(
        retry=retry_if_exception_type(_BrokenError),
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_exponential_jitter(initial=pause_s, max=30.0, jitter=pause_s),
        reraise=True,
    )
    try:
        retrying(_pull_once, url, tag, show)
    except _BrokenError as error:
        raise AppError(f"{tag} was not fetched to {url} in {_ATTEMPTS} attempts: {error}") from error


def _pull_once(url: str, tag: str, show: Callable[[PullStep], None]) -> None:
    timeout = httpx.Timeout(_SILENCE_S, connect=_CONNECT_S)
    try:
        with httpx.stream(
            "POST", checked(f"{url}/api/pull"), json={"model": tag}, timeout=timeout, **unproxied()
        ) as answer:
            done = False
            for line in answer.iter_lines():
                if line.strip():
                    step = _step(json.loads(line), tag, url)
                    done = step.status == "success"
                    show(step)
            if not done:
                raise _BrokenError(f"the server ended with status {answer.status_code} before it was done")
    except httpx.ConnectError as error:
        raise AppUserError(f"no Ollama server answers at {url}: start it with `ollama serve`") from error
    except (httpx.HTTPError, ValueError) as error:
        raise _BrokenError(" ".join(str(error).split()) or type(error).__name__) from error


def _step(line: dict[str, Any], tag: str, url: str) -> PullStep:
    if words := str(line.get("error") or ""):
        if "file does not exist" in words or "invalid model name" in words:
            raise AppUserError(f"{tag}: Ollama's library has no such model; `polydesk models list` names some")
        if any(each in words for each in _FOR_GOOD):
            raise AppError(f"{tag} cannot be fetched to {url}: {' '.join(words.split())[:200]}")
        raise _BrokenError(words[:200])
    return PullStep(
        str(line.get("status", "")),
        str(line.get("digest", "")),
        int(line.get("completed", 0)),
        int(line.get("total", 0)),
    )
