"""Errors of the audit: what the user can mend, and what failed."""

from app.errors import AppError, AppUserError


class AuditUserError(AppUserError):
    """A key, day, file or record that is not there or cannot be used."""


class AuditError(AppError):
    """The audit cannot be kept; what it would be about is not done."""
