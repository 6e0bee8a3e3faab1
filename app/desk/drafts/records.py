"""What the store of drafts hands out: plain values, detached from the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.desk.drafts.difference import Difference
from app.desk.drafts.draft import Draft

DraftState = Literal["draft", "sent", "discarded"]


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """One version of the draft of a conversation.

    :param text: what an agent began with.
    :param by: who sent or discarded it.
    :param at: since when it is in its state.
    """

    id: int
    conversation_id: str
    version: int
    state: DraftState
    text: str
    draft: Draft
    sent_text: str | None
    difference: Difference | None
    by: str
    created_at: datetime
    at: datetime
