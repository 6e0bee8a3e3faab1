"""Errors of conversations: what the user can mend, and what failed."""

from app.errors import AppError, AppUserError


class ConversationUserError(AppUserError):
    """A conversation or message that does not exist, or a title that is none."""


class ConversationError(AppError):
    """The database failed or could not be reached."""
