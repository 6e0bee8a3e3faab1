"""Indexes that let a reader ask in no time whether anything was published or ended meanwhile."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("ix_versions_published_at", "versions", ["published_at"])
    op.create_index("ix_versions_ended_at", "versions", ["ended_at"])


def downgrade() -> None:
    op.drop_index("ix_versions_ended_at", "versions")
    op.drop_index("ix_versions_published_at", "versions")
