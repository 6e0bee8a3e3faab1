"""Vectors of chunks in the ledger; a line for each record of the store becomes a column of its chunk."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "vectors",
        sa.Column("fingerprint", sa.String(), primary_key=True),
        sa.Column("digest", sa.String(), primary_key=True),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
    )
    # Unknown digests: the next run embeds all of it again, for a collection of another name, and fills them in.
    op.add_column("chunks", sa.Column("digest", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_chunks_digest", "chunks", ["digest"])
    op.drop_table("records")


def downgrade() -> None:
    op.create_table(
        "records",
        sa.Column("version_id", sa.Integer(), sa.ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("record_id", sa.String(), primary_key=True, index=True),
        sa.Column("digest", sa.String(), nullable=False, index=True),
    )
    op.execute("INSERT INTO records (version_id, record_id, digest) SELECT version_id, record_id, digest FROM chunks")
    op.drop_index("ix_chunks_digest", "chunks")
    op.drop_column("chunks", "digest")
    op.drop_table("vectors")
