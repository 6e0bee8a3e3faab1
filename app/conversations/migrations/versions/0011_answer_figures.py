"""What answers took, cost and lacked, as numbers and codes that can be counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_FINISHED = "ix_messages_role_status_created_at"


def upgrade() -> None:
    op.create_index(_FINISHED, "messages", ["role", "status", "created_at"])
    op.create_table(
        "answer_figures",
        sa.Column("message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("handed_over", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("topic", sa.Text()),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("support", sa.Float()),
        sa.Column("weakest", sa.Float()),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("withheld", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("total_ms", sa.Float(), nullable=False),
        sa.Column("retrieval_ms", sa.Float(), nullable=False),
        sa.Column("guards_ms", sa.Float(), nullable=False),
        sa.Column("model_ms", sa.Float(), nullable=False),
        sa.Column("gate_ms", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_answer_figures"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_answer_figures_message_id_messages", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_answer_figures_at", "answer_figures", ["at"])
    op.create_table(
        "answer_attempts",
        sa.Column("message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("completion_tokens", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "number", name="pk_answer_attempts"),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["answer_figures.message_id"],
            name="fk_answer_attempts_message_id_answer_figures",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "answer_codes",
        sa.Column("message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "kind", "name", "code", name="pk_answer_codes"),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["answer_figures.message_id"],
            name="fk_answer_codes_message_id_answer_figures",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    for table in ("answer_codes", "answer_attempts", "answer_figures"):
        op.drop_table(table)
    op.drop_index(_FINISHED, "messages")
