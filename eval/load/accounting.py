"""What became of every question that was sent, by what the database keeps of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from app.conversations.records import Message
from app.conversations.store import ConversationStore
from app.errors import AppError
from eval.load.agent import Sent

_LINES_SHOWN = 5


class Account(BaseModel):
    """Questions by their end. ``lost`` are those of which neither an end nor a word to the agent is left."""

    model_config = ConfigDict(frozen=True)

    answered: dict[str, int]  # by action: answer, abstain, escalate
    failed: int  # with a line that says why
    interrupted: int  # the page ended while it was written; what was there is kept
    refused: int  # not begun, and the agent was told, or saw the page go
    lost: int
    lines: tuple[str, ...]  # what failed said, the most frequent first


def account_of(sent: Sequence[Sent], conversations: ConversationStore) -> Account:
    """Hold what the agents sent against what is kept."""
    by_conversation: dict[str | None, list[Sent]] = {}
    for each in sent:
        by_conversation.setdefault(each.conversation_id, []).append(each)
    answered: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for conversation_id, questions in by_conversation.items():
        kept = _answers(conversation_id, conversations)
        for message in kept:
            if message.status == "finished" and message.answer is not None:
                answered[message.answer.action] += 1
            elif message.status == "failed" and message.error:
                ends["failed"] += 1
                lines[message.error] += 1
            elif message.status in ("interrupted", "stopped"):
                ends["interrupted"] += 1
            else:
                ends["lost"] += 1
        missing = max(0, len(questions) - len(kept))
        told = min(missing, sum(bool(each.alerts) or each.interrupted for each in questions))
        ends["refused"] += told
        ends["lost"] += missing - told
    return Account(
        answered=dict(answered),
        failed=ends["failed"],
        interrupted=ends["interrupted"],
        refused=ends["refused"],
        lost=ends["lost"],
        lines=tuple(line for line, _count in lines.most_common(_LINES_SHOWN)),
    )


def _answers(conversation_id: str | None, conversations: ConversationStore) -> list[Message]:
    if conversation_id is None:
        return []
    try:
        return [message for message in conversations.messages(conversation_id) if message.role == "assistant"]
    except AppError:  # it was never kept
        return []
