"""Errors of the eval room: what the user can mend, and what failed."""


class EvalError(Exception):
    """Root of every error this room raises on purpose."""

    exit_status = 1


class EvalUserError(EvalError):
    """The user can mend it; the message is one line that says what is wrong and what to do."""

    exit_status = 2
