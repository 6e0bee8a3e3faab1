"""Reports that a passage is wrong, and what people answered in cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "passage_reports",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reported_by", sa.String(200), nullable=False),
        sa.Column("reported_at", _AT, nullable=False),
        sa.Column("settled_by", sa.String(200)),
        sa.Column("settled_at", _AT),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passage_reports"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_passage_reports_state", "passage_reports", ["state"])
    op.create_index("ix_passage_reports_document_id", "passage_reports", ["document_id"])
    with op.batch_alter_table("escalations") as escalations:
        escalations.add_column(sa.Column("answer", sa.Text(), nullable=False, server_default=""))
        escalations.add_column(sa.Column("answered_by", sa.String(200)))
        escalations.add_column(sa.Column("answered_at", _AT))
        escalations.add_column(sa.Column("candidate", sa.String(16)))


def downgrade() -> None:
    with op.batch_alter_table("escalations") as escalations:
        for column in ("candidate", "answered_at", "answered_by", "answer"):
            escalations.drop_column(column)
    op.drop_table("passage_reports")
