"""On PostgreSQL, too, nothing is left of a person: not in its tables, and not in a dump of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.audit.forgetting.erasing import erase
from app.conversations.sessions import open_sessions
from app.desk.inbox.intake import TicketIntake
from app.settings import Settings
from ingest.runs import run_ingest
from ingest.settings import IngestSettings
from ingest.sources.tickets import read_ticket
from tests.app.audit.forgetting.people import PEOPLE, line_of, places_of
from tests.conftest import with_models
from tests.support.postgres import emptied


def dumped(url: str) -> str:
    """Every row of every table, as text."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        names = text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        statements = [f'SELECT t::text FROM "{name}" t' for name in connection.execute(names).scalars()]  # noqa: S608
        rows = [row for statement in statements for row in connection.execute(text(statement)).scalars()]
    engine.dispose()
    return "\n".join(rows)


@pytest.mark.slow
def test_nothing_of_a_person_is_in_the_database_or_the_home(
    postgres_url: str, models_folder: Path, tmp_path: Path
) -> None:
    url, home = emptied(postgres_url), tmp_path / "home"
    with_models(home, models_folder)
    source = tmp_path / "tickets.jsonl"
    source.write_text("\n".join(map(line_of, PEOPLE[1:4])), encoding="utf-8")
    run_ingest(IngestSettings(home=home, database_url=url), [source])
    settings = Settings(home=home, database_url=url)
    with open_sessions(settings) as sessions:
        for each in PEOPLE[1:4]:
            TicketIntake(sessions, "lines").take(read_ticket(line_of(each).encode()), each.language)
    gone, staying = PEOPLE[1], PEOPLE[2:4]
    assert gone.mail in dumped(url)
    erased = erase(settings, [gone.id], dry_run=False)
    assert (erased.tickets, erased.versions, erased.left) == (1, 1, ())
    whole = dumped(url)
    assert [value for value in gone.values if value in whole] == []
    assert all(each.mail in whole for each in staying)
    assert places_of(home, [gone]) == []
