"""What the store hands out: plain values, detached from the database."""

from __future__ import annotations

import os
import socket
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.answers import Answer
from app.conversations.partial import PartialAnswer

Role = Literal["user", "assistant"]
Status = Literal["running", "finished", "stopped", "interrupted", "failed"]
RatingValue = Literal["up", "down"]

TITLE_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Rating:
    """An agent's verdict on one answer; ``reason`` is a stable code."""

    value: RatingValue
    reason: str | None
    comment: str
    at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class Message:
    """A question or an answer.

    ``answer`` is set once an answer is complete, ``partial`` as soon as there is
    anything to show; ``error`` is one line when the status is ``failed``.
    """

    id: int
    conversation_id: str
    role: Role
    text: str
    status: Status
    language: str | None
    answer: Answer | None
    partial: PartialAnswer | None
    error: str
    created_at: datetime  # UTC
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as the list shows it; ``running`` is true while an answer is being written."""

    id: str
    title: str
    language: str | None
    created_at: datetime  # UTC
    updated_at: datetime  # UTC
    running: bool = False
    owner: str | None = None  # the account that asks; None where nobody signed in


@dataclass(frozen=True, slots=True)
class Worker:
    """The process that writes an answer, so that another one can tell whether it is still there."""

    host: str
    pid: int
    token: str

    @classmethod
    def this_process(cls) -> Worker:
        return cls(socket.gethostname(), os.getpid(), uuid.uuid4().hex[:12])

    @classmethod
    def parse(cls, text: str) -> Worker | None:
        """The worker written as ``text``, or None for a row no worker has signed."""
        host, pid, token = [*text.rsplit("|", 2), "", ""][:3]
        return cls(host, int(pid), token) if pid.isdigit() else None

    def __str__(self) -> str:
        return f"{self.host}|{self.pid}|{self.token}"

    def is_gone(self, seen_from: Worker) -> bool:
        """True when this worker surely ended; one on another host may always be alive."""
        import psutil

        if self.host != seen_from.host or self == seen_from:
            return False
        # Containers restart with the same process number, so a number of one's own is a predecessor's.
        return self.pid == seen_from.pid or not psutil.pid_exists(self.pid)


def shortened(question: str, limit: int = TITLE_CHARACTERS) -> str:
    """``question`` on one line and at most ``limit`` characters, cut between words where it has any."""
    line = " ".join(question.split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    at_space = head.rfind(" ")
    # Chinese, Japanese and Thai have no spaces to cut at.
    return (head[:at_space] if at_space > limit // 2 else head).rstrip(" ,;:.!?،。、") + "…"
