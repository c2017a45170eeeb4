"""Settings of gates, their notices, and entries that take another back.

Revision: 0002
Before it: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entries", sa.Column("corrects", sa.String(length=36), server_default="", nullable=False))
    op.create_index("ix_entries_corrects", "entries", ["corrects"], unique=False)
    op.create_table(
        "gate_settings",
        sa.Column("venue_id", sa.String(length=64), nullable=False),
        sa.Column("pin", sa.Text(), nullable=False),
        sa.Column("speaks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_gate_settings_venue_id")),
        sa.PrimaryKeyConstraint("venue_id", name=op.f("pk_gate_settings")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("venue_id", sa.String(length=64), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_notices_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_venue_id"), "notices", ["venue_id"], unique=False)


def downgrade() -> None:
    raise RuntimeError("the log is never taken back: restore a backup instead")
