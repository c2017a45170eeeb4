"""How long people's data is kept, what was erased, and who asked for their own."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, text

from web.db.schema.base import ID, id_column, metadata, ms_column
from web.db.statements.storable import Line, Lines

# Days for one purpose on one node: the nearest node decides, the newest row of it is in force.
keeping_rules = Table(
    "keeping_rules",
    metadata,
    id_column(),
    # "area", "enterprise" or "venue", and its id.
    Column("node", Line(16), nullable=False),
    Column("node_id", ID, nullable=False, index=True),
    Column("purpose", Line(32), nullable=False),
    # None: as the node above has it.
    Column("days", Integer),
    # Of an area: how many days nobody below it may exceed; None for no such bound.
    Column("most", Integer),
    Column("account_id", ID, nullable=False),
    ms_column("created_ms"),
)

# What must not be erased although its time is over: a visitor's, a venue's, for a reason and until a day.
legal_holds = Table(
    "legal_holds",
    metadata,
    id_column(),
    Column("subject", Line(16), nullable=False),
    Column("subject_id", ID, nullable=False, index=True),
    Column("reason_sealed", LargeBinary, nullable=False),
    Column("from_ms", BigInteger),
    Column("until_ms", BigInteger),
    Column("set_by", ID, nullable=False),
    ms_column("set_ms"),
    Column("lifted_by", ID, nullable=False, default=""),
    ms_column("lifted_ms", nullable=True),
)

# Up to when a venue's private records are erased, where it keeps them for a shorter time than others: what a
# run looked at, the next need not look at again.
keeping_marks = Table(
    "keeping_marks",
    metadata,
    Column("venue_id", ID, primary_key=True),
    ms_column("upto_ms"),
    # Entries that arrived after this may be older than `upto_ms`.
    ms_column("received_ms"),
)

# How far the fields of a table are sealed and digested with a new key, whose fingerprint it is.
field_rotations = Table(
    "field_rotations",
    metadata,
    Column("fingerprint", Line(16), primary_key=True),
    Column("step", Line(64), primary_key=True),
    # The key of the row that was the last; "" before the first.
    Column("after", Lines, nullable=False, default=""),
    Column("seen", BigInteger, nullable=False, default=0),
    Column("changed", BigInteger, nullable=False, default=0),
    ms_column("begun_ms"),
    ms_column("done_ms", nullable=True),
)

# Each run of the purge, and the signed certificate of what it erased.
purge_runs = Table(
    "purge_runs",
    metadata,
    id_column(),
    # "purge", "subject" (somebody asked), "kiosk" or "decommission".
    Column("cause", Line(16), nullable=False),
    # Whose data it was; "" for what belongs to the whole site.
    Column("enterprise_id", ID, nullable=False, default="", index=True),
    ms_column("begun_ms"),
    ms_column("ended_ms", nullable=True),
    Column("counts", Lines, nullable=False, default="{}"),
    Column("certificate", Lines, nullable=False, default=""),
)

# For everybody to see: how much of what was collected and erased on a day (UTC date as YYYYMMDD).
kept_days = Table(
    "kept_days",
    metadata,
    Column("day", Integer, primary_key=True),
    Column("kind", Line(32), primary_key=True),
    Column("collected", BigInteger, nullable=False, default=0),
    Column("erased", BigInteger, nullable=False, default=0),
)

# Somebody asked for their own data, or to be forgotten: by their own link, or through staff.
subject_requests = Table(
    "subject_requests",
    metadata,
    id_column(),
    Column("enterprise_id", ID, ForeignKey("enterprises.id"), nullable=False, index=True),
    Column("visitor_id", ID, nullable=False),
    # "access" or "erase"; "link" or "staff".
    Column("kind", Line(16), nullable=False),
    Column("way", Line(16), nullable=False),
    Column("account_id", ID, nullable=False, default=""),
    Column("purpose", Line(32), nullable=False, default=""),
    Column("state", Line(16), nullable=False),
    Column("answer", Lines, nullable=False, default=""),
    ms_column("created_ms"),
    ms_column("done_ms", nullable=True),
)

# How often somebody's data was looked at, for that person to see; about whom is a keyed digest.
looks = Table(
    "looks",
    metadata,
    id_column(),
    Column("visitor_id", ID, nullable=False, index=True),
    Column("enterprise_id", ID, nullable=False, index=True),
    Column("deed", Line(16), nullable=False),
    Column("purpose", Line(32), nullable=False),
    Column("leaf_ref", ID, nullable=False),
    Column("account_id", ID, nullable=False),
    ms_column("at_ms"),
    # How many of the enterprise's people were in a file; each of them has a row `of_file` besides.
    Column("people", Integer, nullable=False, server_default="0"),
    Column("of_file", Integer, nullable=False, server_default="0"),
    Index(
        "ix_looks_deeds",
        "enterprise_id",
        "at_ms",
        postgresql_where=text("of_file = 0"),
        sqlite_where=text("of_file = 0"),
    ),
)
