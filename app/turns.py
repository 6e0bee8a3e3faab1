"""The last turns of a conversation, as they go along with its next question."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import TypedDict

from app.answers import Turn, Understanding
from app.conversations.partial import joined
from app.conversations.records import Message

HISTORY_TURNS = 6


def history_of(messages: Sequence[Message]) -> tuple[Turn, ...]:
    """The last turns of a conversation, as they go along with its next question."""
    turns = [
        Turn(role=message.role, text=text, **_known_of(message, reply))
        for message, reply in zip_longest(messages, messages[1:])
        if message.status in ("finished", "stopped") and (text := _spoken(message))
    ]
    return tuple(turns[-HISTORY_TURNS:])


class _Known(TypedDict):
    language: str | None
    understood: Understanding | None


def _known_of(message: Message, reply: Message | None) -> _Known:
    """Language of a message, and how a question was understood: its reply tells."""
    if message.role == "assistant" or reply is None or reply.role != "assistant":
        return {"language": message.language, "understood": None}
    known = reply.answer or reply.partial
    return {"language": reply.language, "understood": known.understood if known else None}


def _spoken(message: Message) -> str:
    """The text without citation marks, which mean nothing in another answer."""
    if message.answer is None or message.answer.action != "answer":
        return message.text
    return joined([sentence for sentence in message.answer.sentences if sentence.supported]) or message.text
