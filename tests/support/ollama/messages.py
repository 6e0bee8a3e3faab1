"""Chat messages, and which of them are left when they do not fit into the context."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """One message of a conversation; images and tool calls are accepted and ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    role: str
    content: str = ""


def fit_messages(
    messages: Sequence[Message], count: Callable[[Sequence[Message]], int], num_ctx: int
) -> tuple[Message, ...]:
    """Drop the oldest messages until the prompt has at most ``num_ctx`` tokens, as Ollama does without a word.

    System messages and the last message always stay, so the result can still
    be too long (``chatPrompt`` in ``server/prompt.go`` of ollama).

    :param count: tokens of the prompt made of these messages.
    """
    last = len(messages) - 1
    for start in range(len(messages)):
        kept = (*(message for message in messages[:start] if message.role == "system"), *messages[start:])
        if start == last or count(kept) <= num_ctx:
            return kept
    return ()
