"""Errors of the app room: what the user can mend, and what failed."""


class AppError(Exception):
    """Root of every error this room raises on purpose."""

    exit_status = 1  # of a command that ends with it


class AppUserError(AppError):
    """The user can mend it; the message is one line that says what is wrong and what to do."""

    exit_status = 2


class ModelError(AppError):
    """A language model failed; the message is one line fit for an agent's screen.

    :param code: ``no-server``, ``no-such-model``, ``out-of-memory``, ``busy``,
        ``timeout``, ``truncated-prompt``, ``went-away``, ``refused-host`` or ``failed``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
