"""The conversations as one visitor may see and change them."""

from __future__ import annotations

import builtins
from collections.abc import Sequence

from app.accounts.visitor import RefusedError, Visitor
from app.conversations.errors import ConversationUserError
from app.conversations.records import Conversation, Message, Rating, RatingValue
from app.conversations.store import ConversationStore


class VisitorConversations:
    """The store of conversations behind what a visitor may do.

    What they may not read is not there for them: they are not told that it exists.

    :raises ConversationUserError: from any method, when a conversation or message is not there for the visitor.
    :raises RefusedError: when they may read it and not change it.
    """

    def __init__(self, store: ConversationStore, visitor: Visitor) -> None:
        self._store = store
        self._visitor = visitor

    def list(self, limit: int) -> builtins.list[Conversation]:
        """At most ``limit`` of those they may read, the one with the newest message first."""
        if not self._visitor.signed_in or self._visitor.may("chat.read_all"):
            return self._store.list(limit)
        return self._store.list(limit, owner=self._visitor.owner) if self._visitor.may("chat.ask") else []

    def get(self, conversation_id: str) -> Conversation:
        conversation = self._store.get(conversation_id)
        if not self._visitor.may_read_conversation(conversation.owner):
            raise ConversationUserError(
                f"there is no conversation {conversation_id!r}: it was deleted, or the link is wrong"
            )
        return conversation

    def messages(self, conversation_id: str) -> Sequence[Message]:
        self.get(conversation_id)
        return self._store.messages(conversation_id)

    def may_read(self, conversation_id: str) -> bool:
        """Whether it is there for them."""
        try:
            self.get(conversation_id)
        except ConversationUserError:
            return False
        return True

    def may_change(self, conversation_id: str) -> bool:
        """Whether they may ask in it, rename and delete it, and rate its answers."""
        return self._visitor.may_change_conversation(self.get(conversation_id).owner)

    def create(self, title: str = "") -> Conversation:
        self._visitor.require("chat.ask")
        return self._store.create(title, owner=self._visitor.owner)

    def require_own(self, conversation_id: str) -> None:
        """:raises RefusedError: they may read it and not change it."""
        if not self.may_change(conversation_id):
            raise RefusedError("chat.ask")

    def rename(self, conversation_id: str, title: str) -> None:
        self.require_own(conversation_id)
        self._store.rename(conversation_id, title)

    def delete(self, conversation_id: str) -> None:
        self.require_own(conversation_id)
        self._store.delete(conversation_id)

    def require_own_message(self, message_id: int) -> None:
        """:raises RefusedError: the message is in a conversation that they may read and not change."""
        self.require_own(self._store.conversation_of(message_id))

    def require_readable_message(self, message_id: int) -> None:
        """:raises ConversationUserError: the message is not there for them."""
        self.get(self._store.conversation_of(message_id))

    def rate(self, message_id: int, value: RatingValue, reason: str | None = None, comment: str = "") -> Rating:
        self.require_own_message(message_id)
        return self._store.rate(message_id, value, reason, comment)

    def unrate(self, message_id: int) -> None:
        self.require_own_message(message_id)
        self._store.unrate(message_id)
