"""Periods in which a version was in effect, which shelf its vectors are on, and a line for each of its records."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("versions", sa.Column("starts_on", sa.Date()))
    op.add_column("versions", sa.Column("ends_on", sa.Date()))
    op.add_column("versions", sa.Column("author", sa.String(), nullable=False, server_default=""))
    op.add_column("versions", sa.Column("shelf", sa.String(), nullable=False, server_default="live"))
    op.create_index("ix_versions_shelf_state", "versions", ["shelf", "state"])
    op.add_column("runs", sa.Column("operator", sa.String(), nullable=False, server_default=""))
    op.add_column("collections", sa.Column("fingerprint", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "records",
        sa.Column("version_id", sa.Integer(), sa.ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("record_id", sa.String(), primary_key=True, index=True),
        sa.Column("digest", sa.String(), nullable=False, index=True),
    )
    connection = op.get_bind()
    connection.execute(sa.text("UPDATE versions SET starts_on = effective_from"))
    connection.execute(sa.text("UPDATE versions SET shelf = 'none' WHERE purged"))
    connection.execute(sa.text("UPDATE collections SET fingerprint = substr(name, 10)"))  # after "polydesk-"
    _fill_ends(connection)
    _fill_records(connection)
    op.drop_column("versions", "purged")


def _fill_ends(connection: sa.Connection) -> None:
    versions = sa.table(
        "versions", sa.column("id"), sa.column("ended_at", sa.DateTime()), sa.column("ends_on", sa.Date())
    )
    ended = connection.execute(sa.select(versions.c.id, versions.c.ended_at).where(versions.c.ended_at.is_not(None)))
    for version_id, ended_at in ended.all():
        connection.execute(versions.update().where(versions.c.id == version_id).values(ends_on=ended_at.date()))


def _fill_records(connection: sa.Connection) -> None:
    """Ids of what the store holds. Their texts are not hashed here, so they serve no other document again."""
    records = sa.table("records", sa.column("version_id"), sa.column("record_id"), sa.column("digest"))
    chunks = connection.execute(sa.text("SELECT version_id, record_id, units FROM chunks")).all()
    rows = [
        {"version_id": version_id, "record_id": id, "digest": ""}
        for version_id, record_id, units in chunks
        for id in [record_id, *(f"{record_id}:{at}" for at in range(len(_read(units))))]
    ]
    if rows:
        connection.execute(records.insert(), rows)


def _read(units: Any) -> list[object]:
    read: list[object] = json.loads(units) if isinstance(units, str) else units
    return read


def downgrade() -> None:
    op.add_column("versions", sa.Column("purged", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.get_bind().execute(sa.text("UPDATE versions SET purged = (shelf <> 'live')"))
    op.drop_table("records")
    op.drop_index("ix_versions_shelf_state", "versions")
    for table, column in (
        ("collections", "fingerprint"),
        ("runs", "operator"),
        ("versions", "shelf"),
        ("versions", "author"),
        ("versions", "ends_on"),
        ("versions", "starts_on"),
    ):
        op.drop_column(table, column)
