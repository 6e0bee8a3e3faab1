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
    url = None if request.param == "sqlite" else _new_database(request.getfixturevalue("postgres_url"))
    opened = open_ledger(tmp_path / "home", url)
    yield opened
    opened.dispose()


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


def _new_database(server: str) -> str:
    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"ledger_{uuid.uuid4().hex}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
