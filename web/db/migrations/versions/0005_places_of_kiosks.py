"""Where kiosks stood, which kiosk an enrolment became, and how many people an entry counts.

Revision: 0005
Before it: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kiosk_places",
        sa.Column("kiosk_id", sa.String(length=64), nullable=False),
        sa.Column("entrance_id", sa.String(length=64), nullable=False),
        sa.Column("venue_id", sa.String(length=64), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosks.id"], name=op.f("fk_kiosk_places_kiosk_id")),
        sa.PrimaryKeyConstraint("kiosk_id", "since_ms", name=op.f("pk_kiosk_places")),
    )
    # Kiosks of before stand where they were enrolled.
    op.execute(
        "INSERT INTO kiosk_places (kiosk_id, entrance_id, venue_id, since_ms) "
        "SELECT kiosks.id, kiosks.entrance_id, entrances.venue_id, kiosks.enrolled_ms "
        "FROM kiosks JOIN entrances ON entrances.id = kiosks.entrance_id"
    )
    op.add_column(
        "enrolments", sa.Column("kiosk_id", sa.String(length=64), nullable=False, server_default="")
    )
    op.add_column("entries", sa.Column("people", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    raise RuntimeError("the log is never taken back: restore a backup instead")
