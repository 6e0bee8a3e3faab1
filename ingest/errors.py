"""Errors of the ingest room: what the user can mend, and what failed."""

from __future__ import annotations


class IngestError(Exception):
    """Root of every error this room raises on purpose."""

    exit_status = 1  # of a command that ends with it


class IngestUserError(IngestError):
    """The user can mend it; the message is one line that says what is wrong and what to do."""

    exit_status = 2


class DocumentError(IngestUserError):
    """One document cannot be used; the rest of the batch goes on.

    :param code: stable code of the finding, for example ``unreadable`` or ``empty``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def __reduce__(self) -> tuple[type[DocumentError], tuple[str, str]]:
        return DocumentError, (self.code, str(self))  # so that it comes back whole from another process


class StoreError(IngestError):
    """The vector store failed or could not be reached."""


class LedgerError(IngestError):
    """The ledger refused or failed an operation."""
