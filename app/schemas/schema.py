"""A database's schema: which revision it has, which ones there are, and going from one to another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.conversations import database as conversations
from app.errors import AppError, AppUserError
from app.settings import Settings
from ingest.database import alembic_config, changing_schema, open_database, revision, sqlite_url
from ingest.ledger import engine as ledger

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Engine

State = Literal["current", "behind", "newer", "not there yet"]
BASE = "base"  # Alembic's name for no schema at all
_READING = ("SELECT", "PRAGMA", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Standing:
    """How a database stands to this version: ``pending`` are revisions that an upgrade would add, in their order."""

    name: str
    revision: str | None
    head: str
    state: State
    pending: tuple[str, ...]


@dataclass(frozen=True)
class Schema:
    """One of the databases; ``file`` is its SQLite file, None where it is on a server."""

    name: str
    url: str
    file: Path | None
    location: Path
    version_table: str
    head: str

    def standing(self) -> Standing:
        """Where the database is; nothing is made or changed.

        :raises IngestUserError: it cannot be reached.
        """
        found = None
        if self._is_there():
            with self._opened() as engine:
                found = revision(engine, self.version_table)
        if found is None:
            return Standing(self.name, None, self.head, "not there yet", ())
        if found > self.head:
            return Standing(self.name, found, self.head, "newer", ())
        pending = tuple(each for each in self.revisions() if each > found)
        return Standing(self.name, found, self.head, "behind" if pending else "current", pending)

    def revisions(self) -> list[str]:
        """All revisions that this version knows, oldest first."""
        from alembic.script import ScriptDirectory

        scripts = ScriptDirectory.from_config(alembic_config(self.location, self.version_table))
        return sorted(each.revision for each in scripts.walk_revisions())

    def upgrade(self, dry_run: bool = False) -> list[str]:
        """Bring the database to the newest revision; the statements that changed something."""
        from alembic import command

        return self._change(lambda configuration: command.upgrade(configuration, "head"), dry_run)

    def downgrade(self, to: str, dry_run: bool = False) -> list[str]:
        """Take the database back to an earlier revision; the statements that changed something.

        :raises AppUserError: there is no such revision, or it is not an earlier one.
        """
        from alembic import command

        known, standing = self.revisions(), self.standing()
        if to not in known and to != BASE:
            raise AppUserError(f"{self.name}: no revision {to}; there are {known[0]} to {known[-1]}")
        if standing.revision is None or (to != BASE and to >= standing.revision):
            raise AppUserError(f"{self.name}: is at {standing.revision or 'none'}, which is not later than {to}")
        if standing.state == "newer":
            raise AppUserError(f"{self.name}: is of a newer polydesk, which alone knows the way back: use that one")
        return self._change(lambda configuration: command.downgrade(configuration, to), dry_run)

    def _change(self, change: Callable[[Config], None], dry_run: bool) -> list[str]:
        with self._tried_on_a_copy() if dry_run and self.file else self._opened() as engine:
            statements: list[str] = []
            configuration = alembic_config(self.location, self.version_table)
            try:
                with changing_schema(engine) as connection:
                    with _noted(engine, statements):
                        configuration.attributes["connection"] = connection
                        change(configuration)
                    if dry_run:
                        raise _RolledBack
            except _RolledBack:
                pass
            except SQLAlchemyError as error:
                reason = str(getattr(error, "orig", None) or error).splitlines()[0]
                raise AppError(f"{self.name}: the migration failed, and was undone: {reason}") from error
            return statements

    def _is_there(self) -> bool:
        return self.file is None or self.file.exists()

    @contextmanager
    def _opened(self) -> Iterator[Engine]:
        engine = open_database(self.url)
        try:
            yield engine
        finally:
            engine.dispose()

    @contextmanager
    def _tried_on_a_copy(self) -> Iterator[Engine]:
        """A copy of the file with everything in it: what goes well there goes well."""
        from app.backup.copying import copy_database

        file = self.file
        if file is None or not file.exists():
            raise AppUserError(f"{self.name}: there is no database yet; the first command that needs it makes it")
        with TemporaryDirectory(dir=file.parent, prefix=".trial-") as folder:
            copy = Path(folder) / file.name
            copy_database(file, copy)
            engine = open_database(sqlite_url(copy))
            try:
                yield engine
            finally:
                engine.dispose()


def schemas(settings: Settings) -> tuple[Schema, Schema]:
    """Those of ledger and conversations, which may be in one database."""
    own = {"ledger": sqlite_url(settings.home / "ledger.db"), "conversations": conversations.default_url(settings.home)}
    urls = {name: settings.database_url or url for name, url in own.items()}
    return (
        Schema("ledger", urls["ledger"], _file(urls["ledger"]), ledger.MIGRATIONS, ledger.VERSION_TABLE, ledger.HEAD),
        Schema(
            "conversations",
            urls["conversations"],
            _file(urls["conversations"]),
            conversations.MIGRATIONS,
            conversations.VERSION_TABLE,
            conversations.HEAD,
        ),
    )


class _RolledBack(Exception):  # noqa: N818  # no error: it ends a transaction that was only to be tried
    pass


@contextmanager
def _noted(engine: Engine, statements: list[str]) -> Iterator[None]:
    """Write down whatever changes the database meanwhile."""
    from sqlalchemy import event

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(_READING):
            statements.append(statement.strip())

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _file(url: str) -> Path | None:
    try:
        parsed = make_url(url)
    except SQLAlchemyError:
        return None  # opening it says what is wrong with it
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
