"""Drafts of replies to tickets, and the documents they cite."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("result_json", sa.Text(), nullable=False),
        sa.Column("sent_text", sa.Text()),
        sa.Column("difference_json", sa.Text()),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            ondelete="CASCADE",
            name="fk_drafts_conversation_id_conversations",
        ),
        sa.UniqueConstraint("conversation_id", "version", name="uq_drafts_conversation_id_version"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drafts_state_at", "drafts", ["state", "at"])
    op.create_table(
        "draft_documents",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "document_id", name="pk_draft_documents"),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], ondelete="CASCADE", name="fk_draft_documents_draft_id_drafts"
        ),
    )
    op.create_index("ix_draft_documents_document_id", "draft_documents", ["document_id"])


def downgrade() -> None:
    op.drop_table("draft_documents")
    op.drop_table("drafts")
