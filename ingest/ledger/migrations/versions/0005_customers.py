"""An index of the versions about customers, whose earlier tickets are looked for with every question about them.

Of these alone: one of all versions would be taken for conditions that most of them meet, and slow them down.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    # For the dialect that is there: SQLAlchemy imports every one that a keyword names.
    where: dict[str, Any] = {f"{op.get_context().dialect.name}_where": sa.text("customer_id IS NOT NULL")}
    op.create_index("ix_versions_customer_id", "versions", ["customer_id"], **where)


def downgrade() -> None:
    op.drop_index("ix_versions_customer_id", "versions")
