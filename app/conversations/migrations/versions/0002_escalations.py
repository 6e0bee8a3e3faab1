"""Escalations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "escalations",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("cause", sa.String(80), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("priority", sa.String(8), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("packet_json", sa.Text(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("acknowledged_by", sa.String(200)),
        sa.Column("acknowledged_at", _AT),
        sa.Column("closed_by", sa.String(200)),
        sa.Column("closed_at", _AT),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_escalations"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            ondelete="CASCADE",
            name="fk_escalations_conversation_id_conversations",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_escalations_conversation_id_cause", "escalations", ["conversation_id", "cause"], unique=True)
    op.create_index("ix_escalations_state", "escalations", ["state"])


def downgrade() -> None:
    op.drop_table("escalations")
