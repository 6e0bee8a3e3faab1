"""Short transactions on the database of conversations, safe from any thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.audit.acting import actor
from app.audit.actions import Action
from app.audit.opening import open_trail
from app.audit.recorder import Detail, Happened, Trail, noted
from app.conversations.database import database_url, open_database
from app.conversations.errors import ConversationError
from app.settings import Settings
from guardrails.personal.find import warm_up
from ingest.scrubbing import scrub


class Sessions:
    """Readers and writers of the database behind a URL, migrated to the newest schema.

    :param trail: keeps what is noted in a transaction; nothing is kept when None.
    :raises IngestUserError: from the constructor, when the URL cannot be used.
    :raises ConversationError: from any method, when the database fails.
    """

    def __init__(self, url: str, trail: Trail | None = None) -> None:
        self._engine, self._writer = open_database(url)
        self.trail = trail

    @contextmanager
    def read(self) -> Iterator[Session]:
        with _translated_errors(), Session(self._engine) as session:
            yield session

    @contextmanager
    def write(self, masks: bool = True) -> Iterator[Session]:
        """One transaction, committed at the end unless something was raised.

        :param masks: whether words may be masked in it; False where nothing is written that could be personal.
        """
        if masks:
            warm_up()  # the recognisers are loaded before anybody has to wait for this transaction
        with _translated_errors(), Session(self._writer) as session, session.begin():
            yield session
            happened = noted(session)
            if self.trail is not None:
                self.trail.keep(session, happened)

    def record(
        self, action: Action, subject: str, details: Mapping[str, Detail] | None = None, by: str | None = None
    ) -> None:
        """Keep one thing that happened, in a transaction of its own."""
        if self.trail is not None:
            with _translated_errors(), Session(self._writer) as session, session.begin():
                self.trail.keep(session, [Happened(action, subject, by or actor(), details or {})])

    def digest(self, text: str) -> str:
        """What stands in records for words; empty where nothing is recorded."""
        return self.trail.digest(text) if self.trail is not None else ""

    def pseudonym(self, customer_id: str) -> str:
        """What stands in records for a customer; empty where nothing is recorded."""
        return self.trail.pseudonym(customer_id) if self.trail is not None else ""

    def scrub(self) -> None:
        """Take what was deleted out of the database's files.

        :raises LedgerError: others did not let go of them in time.
        """
        scrub(self._engine)

    def close(self) -> None:
        self._engine.dispose()


@contextmanager
def open_sessions(settings: Settings) -> Iterator[Sessions]:
    """The database that the settings name, for as long as a command runs."""
    sessions = Sessions(database_url(settings), open_trail(settings))
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
