"""Alembic's environment: migrates over the connection that the caller hands in."""

from __future__ import annotations

from alembic import context

from app.conversations.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=context.config.attributes["version_table"],
    render_as_batch=True,  # SQLite cannot alter most things in place
)
with context.begin_transaction():
    context.run_migrations()
