"""Short transactions on the database of conversations, safe from any thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.conversations.database import default_url, open_database
from app.conversations.errors import ConversationError
from app.settings import Settings
from guardrails.personal.find import warm_up


class Sessions:
    """Readers and writers of the database behind a URL, migrated to the newest schema.

    :raises IngestUserError: from the constructor, when the URL cannot be used.
    :raises ConversationError: from any method, when the database fails.
    """

    def __init__(self, url: str) -> None:
        self._engine, self._writer = open_database(url)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with _translated_errors(), Session(self._engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, committed at the end unless something was raised."""
        warm_up()  # the recognisers of personal data are loaded before anybody has to wait for this transaction
        with _translated_errors(), Session(self._writer) as session, session.begin():
            yield session

    def close(self) -> None:
        self._engine.dispose()


@contextmanager
def open_sessions(settings: Settings) -> Iterator[Sessions]:
    """The database that the settings name, for as long as a command runs."""
    sessions = Sessions(settings.database_url or default_url(settings.home))
    try:
        yield sessions
    finally:
        sessions.close()


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise ConversationError(f"the conversations database failed: {reason}") from error
