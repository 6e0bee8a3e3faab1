"""An empty ledger on each database that polydesk runs on."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from ingest.ledger.collections import Collections
from ingest.ledger.engine import open_ledger
from ingest.ledger.reading import LedgerReader
from ingest.ledger.shelving import Shelving
from ingest.ledger.writing import LedgerWriter
from tests.ingest.ledger.versions import COLLECTION, TODAY


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.local("on SQLite")), "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = None
    else:
        url = _new_database(request.getfixturevalue("postgres_url"), request.getfixturevalue("migrated"))
    opened = open_ledger(tmp_path / "home", url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def migrated(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with an empty ledger: to copy it takes a part of what it takes to migrate a new one."""
    url = _new_database(postgres_url)
    open_ledger(tmp_path_factory.mktemp("migrated"), url).dispose()
    return str(make_url(url).database)


@pytest.fixture
def writer(engine: Engine) -> LedgerWriter:
    Collections(engine).ensure(COLLECTION, "a model", "a")
    return LedgerWriter(engine, lambda: TODAY)


@pytest.fixture
def shelving(engine: Engine) -> Shelving:
    return Shelving(engine, lambda: TODAY)


@pytest.fixture
def collections(engine: Engine) -> Collections:
    return Collections(engine)


@pytest.fixture
def reader(engine: Engine) -> LedgerReader:
    return LedgerReader(engine)


def _new_database(server: str, template: str = "template1") -> str:
    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"ledger_{uuid.uuid4().hex}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    admin.dispose()
    return url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
