"""Venues that surround their area, and which roll calls were held at one.

Revision: 0019
Before it: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("venues", "roll_calls"):
        op.add_column(table, sa.Column("surrounds", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    raise RuntimeError("the log is never taken back: restore a backup instead")
