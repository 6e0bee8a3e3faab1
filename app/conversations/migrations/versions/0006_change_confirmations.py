"""Who has read which change of the documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change_confirmations",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("change_id", sa.String(64), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(1024), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_change_confirmations"),
        sa.UniqueConstraint("change_id", "by", name="uq_change_confirmations_change_id_by"),
    )
    op.create_index("ix_change_confirmations_by", "change_confirmations", ["by"])


def downgrade() -> None:
    op.drop_index("ix_change_confirmations_by", table_name="change_confirmations")
    op.drop_table("change_confirmations")
