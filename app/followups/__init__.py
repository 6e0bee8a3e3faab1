"""Follow-up questions: "and for Switzerland?" becomes self-contained from the conversation."""

from app.followups.understand import understand

__all__ = ["understand"]
