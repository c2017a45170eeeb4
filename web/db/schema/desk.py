"""What the people of the compliance desk do: filters, files, roll calls, traces, care for venues."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table

from web.db.schema.base import ID, id_column, metadata, ms_column
from web.db.statements.storable import Line, Lines

# From how many networks a poster is used in an hour: keyed digests of address blocks, kept for days only.
poster_uses = Table(
    "poster_uses",
    metadata,
    Column("poster_id", Line(32), primary_key=True),
    Column("hour_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("network", LargeBinary(8), primary_key=True),
    Column("uses", Integer, nullable=False),
)

saved_filters = Table(
    "saved_filters",
    metadata,
    id_column(),
    Column("account_id", ID, nullable=False),
    Column("name", Line(100), nullable=False),
    # As in the address of the page; whom it is about is sealed in it.
    Column("query", Lines, nullable=False),
    ms_column("created_ms"),
    Index("ix_saved_filters_account_id_name", "account_id", "name", unique=True),
)

# Files that are made or were; what they were made from, by whom, what for.
exports = Table(
    "exports",
    metadata,
    id_column(),
    Column("account_id", ID, nullable=False, index=True),
    # The role in which it was ordered: when that ends, so does the order.
    Column("grant_id", ID, nullable=False, server_default=""),
    Column("plan_id", ID, nullable=False, server_default=""),
    Column("query", Lines, nullable=False),
    Column("form", Line(8), nullable=False),
    Column("unmasked", Integer, nullable=False),
    Column("purpose", Lines, nullable=False),
    # Who else agreed, where the rules ask for two.
    Column("agreed_by", ID, nullable=False, server_default=""),
    # "waiting" (for a second person), "making", "ready", "failed", "withdrawn".
    Column("state", Line(16), nullable=False),
    Column("row_count", BigInteger, nullable=False, server_default="0"),
    Column("row_total", BigInteger, nullable=False, server_default="0"),
    Column("sha256", Line(64), nullable=False, server_default=""),
    Column("log_size", BigInteger, nullable=False, server_default="0"),
    ms_column("made_ms"),
    ms_column("ready_ms", nullable=True),
    Column("file_bytes", BigInteger, nullable=False, server_default="0"),
    # How often it was begun, and why it failed: "disk", "stopped" or "account".
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("trouble", Line(16), nullable=False, server_default=""),
)

export_plans = Table(
    "export_plans",
    metadata,
    id_column(),
    Column("account_id", ID, nullable=False, index=True),
    Column("grant_id", ID, nullable=False, server_default=""),
    Column("name", Line(100), nullable=False),
    Column("query", Lines, nullable=False),
    Column("form", Line(8), nullable=False),
    # "day", "week" or "month", at minutes after midnight in `time_zone`.
    Column("every", Line(8), nullable=False),
    Column("at_minute", Integer, nullable=False),
    Column("time_zone", Line(64), nullable=False),
    ms_column("next_ms"),
    ms_column("stopped_ms", nullable=True),
    ms_column("created_ms"),
)

# Whom a deed of the staff was about: what opens the commitment in its leaf, until it is forgotten.
deed_subjects = Table(
    "deed_subjects",
    metadata,
    Column("ref", Line(64), primary_key=True),
    Column("salt", LargeBinary(32), nullable=False),
    Column("subject_sealed", LargeBinary, nullable=False),
    ms_column("at_ms"),
    Index("ix_deed_subjects_at", "at_ms"),
)

roll_calls = Table(
    "roll_calls",
    metadata,
    id_column(),
    Column("venue_id", ID, ForeignKey("venues.id"), nullable=False, index=True),
    # "drill" or "real".
    Column("mode", Line(8), nullable=False),
    Column("started_by", ID, nullable=False),
    ms_column("started_ms"),
    # Whether the venue surrounded its area then.
    Column("surrounds", Integer, nullable=False, server_default="0"),
    ms_column("ended_ms", nullable=True),
    Column("ended_by", ID, nullable=False, server_default=""),
    # What it came to, as JSON of numbers: kept when the people in it are forgotten.
    Column("figures", Lines, nullable=False, server_default=""),
)

# Who was ticked off, and who was there without being on the list.
roll_marks = Table(
    "roll_marks",
    metadata,
    # Made on the marshal's phone: sent twice it is one.
    id_column(),
    Column("roll_call_id", ID, ForeignKey("roll_calls.id"), nullable=False, index=True),
    # The stay that is meant, "" for somebody unlisted.
    Column("entry_id", Line(36), nullable=False),
    # "safe", "not_here" (has left unseen) or "unlisted".
    Column("mark", Line(16), nullable=False),
    Column("name_sealed", LargeBinary),
    Column("people", Integer, nullable=False, server_default="1"),
    ms_column("marked_ms"),
    Column("marked_by", ID, nullable=False),
    # Taken back by the marshal; the mark stays to be read.
    ms_column("undone_ms", nullable=True),
)

traces = Table(
    "traces",
    metadata,
    id_column(),
    Column("account_id", ID, nullable=False, index=True),
    # "real" or "rehearsal".
    Column("mode", Line(16), nullable=False),
    Column("purpose", Lines, nullable=False),
    # Whom it is about and how far it reaches, as sealed JSON.
    Column("question_sealed", LargeBinary, nullable=False),
    # How many people and venues the preview counted, and how long each step took, as JSON of numbers.
    Column("figures", Lines, nullable=False),
    ms_column("made_ms"),
    Column("released_by", ID, nullable=False, server_default=""),
    ms_column("released_ms", nullable=True),
    ms_column("closed_ms", nullable=True),
)

# What was done about a venue whose codes are silent or strange: remind, warn, visit.
cares = Table(
    "cares",
    metadata,
    id_column(),
    Column("venue_id", ID, ForeignKey("venues.id"), nullable=False, index=True),
    Column("alert_key", Line(200), nullable=False),
    # "remind", "warn", "visit" or "settled".
    Column("step", Line(16), nullable=False),
    Column("note", Lines, nullable=False),
    Column("account_id", ID, nullable=False),
    ms_column("at_ms"),
    # When the next step is due, if nothing changes.
    ms_column("due_ms", nullable=True),
    # Taken back by whoever took it; it stays to be read.
    ms_column("undone_ms", nullable=True),
)
