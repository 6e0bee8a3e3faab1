"""An index of the versions about customers, whose earlier tickets are looked for with every question about them.

Of these alone: one of all versions would be taken for conditions that most of them meet, and slow them down.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_OF_CUSTOMERS = sa.text("customer_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_versions_customer_id",
        "versions",
        ["customer_id"],
        sqlite_where=_OF_CUSTOMERS,
        postgresql_where=_OF_CUSTOMERS,
    )


def downgrade() -> None:
    op.drop_index("ix_versions_customer_id", "versions")
