"""What the compliance desk works with: figures, stays, filters, exports, roll calls and traces.

Revision: 0009
Before it: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deed_subjects",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.Column("subject_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_deed_subjects")),
    )
    op.create_index("ix_deed_subjects_at", "deed_subjects", ["at_ms"], unique=False)
    op.create_table(
        "day_counts",
        sa.Column("venue_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("local_day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("people_in", sa.BigInteger(), nullable=False),
        sa.Column("people_out", sa.BigInteger(), nullable=False),
        sa.Column("people_refused", sa.BigInteger(), nullable=False),
        sa.Column("people_referred", sa.BigInteger(), nullable=False),
        sa.Column("vehicles_in", sa.BigInteger(), nullable=False),
        sa.Column("vehicles_out", sa.BigInteger(), nullable=False),
        sa.Column("vehicles_refused", sa.BigInteger(), nullable=False),
        sa.Column("vehicles_referred", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("venue_id", "kind", "local_day", "value", name=op.f("pk_day_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "export_plans",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("every", sa.String(length=8), nullable=False),
        sa.Column("at_minute", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("next_ms", sa.BigInteger(), nullable=False),
        sa.Column("stopped_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_plans")),
    )
    op.create_index(op.f("ix_export_plans_account_id"), "export_plans", ["account_id"], unique=False)
    op.create_table(
        "exports",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("unmasked", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("agreed_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("row_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("row_total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("log_size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("ready_ms", sa.BigInteger(), nullable=True),
        sa.Column("file_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("trouble", sa.String(length=16), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index(op.f("ix_exports_account_id"), "exports", ["account_id"], unique=False)
    op.create_table(
        "hour_counts",
        sa.Column("venue_id", sa.String(length=64), nullable=False),
        sa.Column("local_day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("local_hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entrance_id", sa.String(length=64), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("visitor_class", sa.String(length=16), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("vehicles", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "venue_id",
            "local_day",
            "local_hour",
            "entrance_id",
            "direction",
            "outcome",
            "reason",
            "visitor_class",
            "way",
            name=op.f("pk_hour_counts"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poster_uses",
        sa.Column("poster_id", sa.String(length=32), nullable=False),
        sa.Column("hour_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("network", sa.LargeBinary(length=8), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("poster_id", "hour_ms", "network", name=op.f("pk_poster_uses")),
    )
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
    )
    op.create_index(op.f("ix_saved_filters_account_id"), "saved_filters", ["account_id"], unique=False)
    op.create_table(
        "spreads",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("venue_id", sa.String(length=64), nullable=False),
        sa.Column("local_day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "venue_id", "local_day", "way", "bucket", name=op.f("pk_spreads")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stays",
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("venue_id", sa.String(length=64), nullable=False),
        sa.Column("visitor_id", sa.String(length=64), nullable=False),
        sa.Column("entrance_id", sa.String(length=64), nullable=False),
        sa.Column("in_ms", sa.BigInteger(), nullable=False),
        sa.Column("out_entrance_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("out_ms", sa.BigInteger(), nullable=True),
        sa.Column("ending", sa.String(length=16), server_default="", nullable=False),
        sa.Column("beginning", sa.String(length=8), server_default="scanned", nullable=False),
        sa.Column("people", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_stays")),
    )
    op.create_index(
        "ix_stays_open",
        "stays",
        ["venue_id", "in_ms"],
        unique=False,
        sqlite_where=sa.text("out_ms IS NULL"),
        postgresql_where=sa.text("out_ms IS NULL"),
    )
    op.create_index("ix_stays_venue_in", "stays", ["venue_id", "in_ms"], unique=False)
    op.create_index("ix_stays_visitor_in", "stays", ["visitor_id", "in_ms"], unique=False)
    op.create_table(
        "traces",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("question_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("released_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("released_ms", sa.BigInteger(), nullable=True),
        sa.Column("closed_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traces")),
    )
    op.create_index(op.f("ix_traces_account_id"), "traces", ["account_id"], unique=False)
    op.create_table(
        "venue_days",
        sa.Column("local_day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("venue_id", sa.String(length=64), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("people_in", sa.BigInteger(), nullable=False),
        sa.Column("people_out", sa.BigInteger(), nullable=False),
        sa.Column("vehicles", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("referred", sa.BigInteger(), nullable=False),
        sa.Column("feverish", sa.BigInteger(), nullable=False),
        sa.Column("first_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("local_day", "venue_id", name=op.f("pk_venue_days")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_venue_days_venue_day", "venue_days", ["venue_id", "local_day"], unique=False)
    op.create_table(
        "cares",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("venue_id", sa.String(length=64), nullable=False),
        sa.Column("alert_key", sa.String(length=200), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=True),
        sa.Column("undone_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_cares_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cares")),
    )
    op.create_index(op.f("ix_cares_venue_id"), "cares", ["venue_id"], unique=False)
    op.create_table(
        "roll_calls",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("venue_id", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("started_by", sa.String(length=64), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("figures", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_roll_calls_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_calls")),
    )
    op.create_index(op.f("ix_roll_calls_venue_id"), "roll_calls", ["venue_id"], unique=False)
    op.create_table(
        "roll_marks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("roll_call_id", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("people", sa.Integer(), server_default="1", nullable=False),
        sa.Column("marked_ms", sa.BigInteger(), nullable=False),
        sa.Column("marked_by", sa.String(length=64), nullable=False),
        sa.Column("undone_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["roll_call_id"], ["roll_calls.id"], name=op.f("fk_roll_marks_roll_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_marks")),
    )
    op.create_index(op.f("ix_roll_marks_roll_call_id"), "roll_marks", ["roll_call_id"], unique=False)
    op.drop_index("ix_entries_corrects", "entries")
    op.create_index(
        "ix_entries_corrects",
        "entries",
        ["corrects"],
        sqlite_where=sa.text("corrects > ''"),
        postgresql_where=sa.text("corrects > ''"),
    )
    op.create_index("ix_entries_true_time", "entries", ["true_ms", "id"], unique=False)
    op.add_column(
        "entry_people", sa.Column("visitor_class", sa.String(length=16), server_default="", nullable=False)
    )
    op.add_column("entry_people", sa.Column("cti", sa.String(length=32), server_default="", nullable=False))
    op.add_column("entry_people", sa.Column("temperature_tenths", sa.Integer(), nullable=True))
    op.add_column("entry_people", sa.Column("plate_digest", sa.LargeBinary(length=16), nullable=True))
    op.add_column(
        "entry_people", sa.Column("visit_id", sa.String(length=64), server_default="", nullable=False)
    )
    op.create_index(
        "ix_entry_people_warm",
        "entry_people",
        ["at_ms"],
        unique=False,
        sqlite_where=sa.text("temperature_tenths >= 370"),
        postgresql_where=sa.text("temperature_tenths >= 370"),
    )
    op.create_index(
        "ix_entry_people_plate",
        "entry_people",
        ["plate_digest"],
        unique=False,
        sqlite_where=sa.text("plate_digest IS NOT NULL"),
        postgresql_where=sa.text("plate_digest IS NOT NULL"),
    )
    op.add_column("kiosks", sa.Column("witnessed_size", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("kiosks", sa.Column("witnessed_ms", sa.BigInteger(), nullable=True))
    op.add_column("venues", sa.Column("stays_end_minute", sa.Integer(), server_default="0", nullable=False))

    # What came before is looked for by class too; other parts of its records stay sealed.
    op.execute(
        "UPDATE entry_people SET visitor_class = coalesce("
        "(SELECT visitors.visitor_class FROM visitors WHERE visitors.id = entry_people.visitor_id), '')"
    )


def downgrade() -> None:
    raise RuntimeError("the log is never taken back: restore a backup instead")
