"""Tickets, each on a conversation of its own, with their messages, corrections and vectors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("conversations", sa.Column("kind", sa.String(16), nullable=False, server_default="chat"))
    op.create_table(
        "tickets",
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("number", sa.String(255), nullable=False),
        sa.Column("customer_id", sa.String(255), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("imported_status", sa.String(16), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("sentiment", sa.Text(), nullable=False),
        sa.Column("labels_json", sa.Text(), nullable=False),
        sa.Column("duplicate_of", sa.String(32)),
        sa.Column("likeness", sa.Float()),
        sa.Column("duplicate_reason", sa.String(32), nullable=False),
        sa.Column("duplicate_by", sa.String(16), nullable=False),
        sa.Column("audience", sa.String(64), nullable=False),
        sa.Column("received_at", _AT, nullable=False),
        sa.Column("last_customer_at", _AT),
        sa.Column("waiting_since", _AT),
        sa.Column("first_answered_at", _AT),
        sa.Column("updated_at", _AT, nullable=False),
        sa.Column("assigned_to", sa.String(200), nullable=False),
        sa.Column("more_json", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_tickets"),
        _of_conversation("tickets"),
        sa.ForeignKeyConstraint(
            ["duplicate_of"],
            ["tickets.conversation_id"],
            ondelete="SET NULL",
            name="fk_tickets_duplicate_of_tickets",
        ),
        sa.UniqueConstraint("source", "number", name="uq_tickets_source_number"),
    )
    for column in ("customer_id", "status", "received_at", "duplicate_of"):
        op.create_index(f"ix_tickets_{column}", "tickets", [column])
    op.create_table(
        "ticket_messages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("attachments_json", sa.Text(), nullable=False),
        sa.Column("is_ours", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_messages"),
        _of_ticket("ticket_messages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_messages_conversation_id_place", "ticket_messages", ["conversation_id", "place"])
    op.create_table(
        "ticket_corrections",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_corrections"),
        _of_ticket("ticket_corrections"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_corrections_conversation_id", "ticket_corrections", ["conversation_id"])
    op.create_table(
        "ticket_vectors",
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("fingerprint", sa.String(128), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_ticket_vectors"),
        _of_ticket("ticket_vectors"),
    )


def downgrade() -> None:
    for table in ("ticket_vectors", "ticket_corrections", "ticket_messages", "tickets"):
        op.drop_table(table)
    with op.batch_alter_table("conversations") as batch:
        batch.drop_column("kind")


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["conversation_id"],
        ["conversations.id"],
        ondelete="CASCADE",
        name=f"fk_{table}_conversation_id_conversations",
    )


def _of_ticket(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["conversation_id"],
        ["tickets.conversation_id"],
        ondelete="CASCADE",
        name=f"fk_{table}_conversation_id_tickets",
    )
