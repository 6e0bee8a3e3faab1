"""Alembic's entry to the ledger's migrations."""

from ingest.migration_env import run

run()
