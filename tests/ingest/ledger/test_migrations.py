"""A ledger of an earlier polydesk is brought up to date, and can be taken back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.orm import Session

from ingest.database import alembic_config, migrate
from ingest.ledger.engine import HEAD, MIGRATIONS, VERSION_TABLE
from ingest.ledger.reading import LedgerReader
from ingest.ledger.shelving import Shelving
from ingest.ledger.tables import Base, ChunkRow
from ingest.ledger.writing import LedgerWriter
from tests.ingest.ledger.versions import COLLECTION, digests, ids, publish, texts, version

TWO_CHUNKS = version("Fourteen days.\nKeep it.")


def take_back(engine: Engine, revision: str) -> None:
    configuration = alembic_config(MIGRATIONS, VERSION_TABLE)
    with engine.begin() as connection:
        configuration.attributes["connection"] = connection
        command.downgrade(configuration, revision)


def test_a_new_ledger_has_the_tables_and_columns_that_the_code_knows(engine: Engine) -> None:
    found = inspect(engine)
    for table in Base.metadata.sorted_tables:
        assert {each["name"] for each in found.get_columns(table.name)} == {each.name for each in table.columns}
        indexed = {tuple(index["column_names"]) for index in found.get_indexes(table.name)}
        assert {tuple(each.name for each in index.columns) for index in table.indexes} <= indexed
    assert set(found.get_table_names()) == {*Base.metadata.tables, VERSION_TABLE}


def test_the_ledger_before_vectors_had_a_line_for_each_record_and_keeps_its_chunks(
    engine: Engine, writer: LedgerWriter, reader: LedgerReader
) -> None:
    number = publish(writer, TWO_CHUNKS)
    take_back(engine, "0003")
    found = inspect(engine)
    assert not found.has_table("vectors")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT version_id, record_id, digest FROM records")).all()
    assert {row.record_id for row in rows} == set(ids(TWO_CHUNKS))
    assert ({row.version_id for row in rows}, {row.digest for row in rows}) == ({number}, digests(TWO_CHUNKS))

    migrate(engine, MIGRATIONS, VERSION_TABLE, HEAD)
    assert not inspect(engine).has_table("records")
    assert texts(reader, TWO_CHUNKS) == ["Fourteen days.", "Keep it."]
    with Session(engine) as session:
        assert session.execute(select(ChunkRow.digest)).scalars().all() == ["", ""]  # unknown until embedded again
    assert set(Shelving(engine).owned("live", COLLECTION)) == set(ids(TWO_CHUNKS))


def test_a_ledger_can_be_taken_back_to_nothing_and_made_again(engine: Engine, writer: LedgerWriter) -> None:
    publish(writer, TWO_CHUNKS)
    take_back(engine, "base")
    assert set(inspect(engine).get_table_names()) == {VERSION_TABLE}
    migrate(engine, MIGRATIONS, VERSION_TABLE, HEAD)
    assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, VERSION_TABLE}
