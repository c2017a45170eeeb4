"""Announced visits, invitations, rounds of the doors, and pictures of places.

Revision: 0010
Before it: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("enterprise_id", sa.String(length=64), nullable=False),
        sa.Column("venue_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("host_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("host_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("visitor_class", sa.String(length=16), server_default="visitor", nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("most", sa.Integer(), server_default="1", nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.id"], name=op.f("fk_invitations_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_index(op.f("ix_invitations_enterprise_id"), "invitations", ["enterprise_id"], unique=False)
    op.create_table(
        "visits",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("series_id", sa.String(length=64), nullable=False),
        sa.Column("enterprise_id", sa.String(length=64), nullable=False),
        sa.Column("venue_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("visitor_id", sa.String(length=64), nullable=False),
        sa.Column("host_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("host_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("invitation_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("batch_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("account_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprises.id"], name=op.f("fk_visits_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_batch_id"), "visits", ["batch_id"], unique=False)
    op.create_index("ix_visits_enterprise_from", "visits", ["enterprise_id", "from_ms"], unique=False)
    op.create_index(op.f("ix_visits_enterprise_id"), "visits", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_visits_host_digest"), "visits", ["host_digest"], unique=False)
    op.create_index(op.f("ix_visits_invitation_id"), "visits", ["invitation_id"], unique=False)
    op.create_index(op.f("ix_visits_series_id"), "visits", ["series_id"], unique=False)
    op.create_index(op.f("ix_visits_visitor_id"), "visits", ["visitor_id"], unique=False)
    is_announced = sa.text("visit_id <> ''")
    op.create_index(
        "ix_entry_people_visit",
        "entry_people",
        ["visit_id"],
        unique=False,
        sqlite_where=is_announced,
        postgresql_where=is_announced,
    )
    op.create_table(
        "place_pictures",
        sa.Column("venue_id", sa.String(length=64), nullable=False),
        sa.Column("entrance_id", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_place_pictures_venue_id")),
        sa.PrimaryKeyConstraint("venue_id", "entrance_id", name=op.f("pk_place_pictures")),
    )
    op.create_table(
        "patrols",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("entrance_id", sa.String(length=64), nullable=False),
        sa.Column("poster_id", sa.String(length=32), server_default="", nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["entrance_id"], ["entrances.id"], name=op.f("fk_patrols_entrance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrols")),
    )
    op.create_index(op.f("ix_patrols_account_id"), "patrols", ["account_id"], unique=False)
    op.create_index("ix_patrols_at", "patrols", ["at_ms"], unique=False)
    op.create_index("ix_patrols_entrance_at", "patrols", ["entrance_id", "at_ms"], unique=False)


def downgrade() -> None:
    raise RuntimeError("the log is never taken back: restore a backup instead")
