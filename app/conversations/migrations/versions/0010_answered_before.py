"""Answers that may be given again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answered_before",
        sa.Column("message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("depends_on", sa.String(32), nullable=False),
        sa.Column("documents", sa.String(32), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_answered_before"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_answered_before_message_id_messages", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_answered_before_depends_on", "answered_before", ["depends_on"])
    op.create_index("ix_answered_before_kept_at", "answered_before", ["kept_at"])


def downgrade() -> None:
    op.drop_table("answered_before")
