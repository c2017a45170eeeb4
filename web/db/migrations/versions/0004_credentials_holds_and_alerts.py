"""What is known of visitors, what staff have to look at, and how kiosks are doing.

Revision: 0004
Before it: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _about_visitors()
    _alerts()
    _columns()


def _about_visitors() -> None:
    op.create_table(
        "credentials",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("visitor_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=True),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("verified", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitors.id"], name=op.f("fk_credentials_visitor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
    )
    op.create_index(op.f("ix_credentials_visitor_id"), "credentials", ["visitor_id"])
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("visitor_id", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_ms", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=64), nullable=False),
        sa.Column("confirmed_ms", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", sa.String(length=64), nullable=False),
        sa.Column("lifted_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitors.id"], name=op.f("fk_holds_visitor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_visitor_id"), "holds", ["visitor_id"])
    op.create_table(
        "visited_areas",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("visitor_id", sa.String(length=64), nullable=False),
        sa.Column("area", sa.String(length=100), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["visitor_id"], ["visitors.id"], name=op.f("fk_visited_areas_visitor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visited_areas")),
    )
    op.create_index(op.f("ix_visited_areas_visitor_id"), "visited_areas", ["visitor_id"])
    op.create_table(
        "forgotten_visitors",
        sa.Column("visitor_id", sa.String(length=64), nullable=False),
        sa.Column("area_path", sa.Text(), nullable=False),
        sa.Column("facts_seq", sa.BigInteger(), nullable=False),
        sa.Column("forgotten_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("visitor_id", name=op.f("pk_forgotten_visitors")),
    )
    op.create_index(op.f("ix_forgotten_visitors_facts_seq"), "forgotten_visitors", ["facts_seq"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("venue_id", sa.String(length=64), nullable=False),
        sa.Column("kiosk_id", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("other_entry_id", sa.String(length=36), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("found_ms", sa.BigInteger(), nullable=False),
        sa.Column("settled_ms", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.String(length=64), nullable=False),
        sa.Column("resolution", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("key", name=op.f("uq_alerts_key")),
    )
    op.create_index(op.f("ix_alerts_venue_id"), "alerts", ["venue_id"])
    op.create_index(op.f("ix_alerts_kiosk_id"), "alerts", ["kiosk_id"])


def _columns() -> None:
    op.add_column("visitors", sa.Column("facts_seq", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index(op.f("ix_visitors_facts_seq"), "visitors", ["facts_seq"])
    for column in (
        sa.Column("facts_seq", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("fps_tenths", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("clock_offset_ms", sa.BigInteger(), nullable=True),
        sa.Column("bundle_age_s", sa.BigInteger(), nullable=True),
        sa.Column("next_credential_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("rotate_ms", sa.BigInteger(), nullable=True),
    ):
        op.add_column("kiosks", column)
    op.create_index(op.f("ix_kiosks_next_credential_hash"), "kiosks", ["next_credential_hash"], unique=True)


def downgrade() -> None:
    raise RuntimeError("the log is never taken back: restore a backup instead")
