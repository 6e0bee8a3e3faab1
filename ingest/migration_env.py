"""What every ``env.py`` of Alembic here does: run on the connection it was handed."""

from __future__ import annotations

from alembic import context


def run() -> None:
    """Run the migrations on the connection in the configuration's attributes."""
    attributes = context.config.attributes
    context.configure(
        connection=attributes["connection"],
        version_table=attributes["version_table"],
        render_as_batch=True,  # SQLite alters tables by copying them
    )
    with context.begin_transaction():
        context.run_migrations()
