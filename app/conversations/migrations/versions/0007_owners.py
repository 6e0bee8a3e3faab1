"""Whose a conversation is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("owner", sa.String(100), nullable=True))
    op.create_index("ix_conversations_owner_updated_at", "conversations", ["owner", "updated_at"])


def downgrade() -> None:
    op.drop_index("ix_conversations_owner_updated_at", "conversations")
    op.drop_column("conversations", "owner")
