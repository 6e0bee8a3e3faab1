"""What went wrong underneath, as an error of ours with one line for a person; where it came from is for the log."""

from __future__ import annotations

import errno

from sqlalchemy.exc import SQLAlchemyError

from app.errors import AppError, AppUserError

BENEATH = (SQLAlchemyError,)  # what any reading of the database may raise, wherever it stands


def failure(error: Exception) -> AppError | None:
    """What to say of an error that was not raised on purpose; None for what only a developer can make sense of."""
    if isinstance(error, SQLAlchemyError):
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]  # without the statement and its values
        return AppError(f"the database does not answer as it should: {reason}")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return AppUserError("the disk is full: make room, then try again")
    return None
