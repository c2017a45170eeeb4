"""Who was in a file of entries; and no number for sessions, which end one by one.

Revision: 0015
Before it: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("accounts", "session_epoch")
    op.add_column("looks", sa.Column("people", sa.Integer(), server_default="0", nullable=False))
    op.add_column("looks", sa.Column("of_file", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "ix_looks_deeds",
        "looks",
        ["enterprise_id", "at_ms"],
        unique=False,
        postgresql_where=sa.text("of_file = 0"),
        sqlite_where=sa.text("of_file = 0"),
    )
