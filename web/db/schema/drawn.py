"""What is drawn from the log, and could be drawn anew: stays, and the figures of days and hours."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, text

from web.db.schema.base import ID, metadata, ms_column
from web.db.statements.storable import Line

# Few stays are not over yet: their index holds only those.
_OPEN = text("out_ms IS NULL")

# Of whom, from when to when, at which venue: drawn from the entries in the order of the log, and drawn anew
# when an entry comes late. Personal, and forgotten with them.
stays = Table(
    "stays",
    metadata,
    # The entry it began with; of an exit without an entrance, that exit.
    Column("entry_id", Line(36), primary_key=True),
    Column("venue_id", ID, nullable=False),
    Column("visitor_id", ID, nullable=False),
    Column("entrance_id", ID, nullable=False),
    ms_column("in_ms"),
    Column("out_entrance_id", ID, nullable=False, server_default=""),
    # None while nobody saw them leave and the venue's hour has not come.
    ms_column("out_ms", nullable=True),
    # How it ended: "" (not yet), "scanned", "swept", "elsewhere", "again" (they came in once more) or "rule";
    # only the first two were seen.
    Column("ending", Line(16), nullable=False, server_default=""),
    # How it began: "scanned", or "assumed" when only the exit is known.
    Column("beginning", Line(8), nullable=False, server_default="scanned"),
    Column("people", Integer, nullable=False, server_default="1"),
    # A trace reads ten thousand stays: all it asks of each stands side by side here.
    Index(
        "ix_stays_venue_in", "venue_id", "in_ms", "out_ms", "visitor_id", "entrance_id", "out_entrance_id",
        "beginning", "ending",
    ),
    Index("ix_stays_visitor_in", "visitor_id", "in_ms"),
    Index("ix_stays_open", "venue_id", "in_ms", sqlite_where=_OPEN, postgresql_where=_OPEN),
)  # fmt: skip

# On SQLite the figures lie in the order of their keys: looked up one by one, as rows of a heap, a month of
# them takes several times as long.
# One row per venue and day of its own calendar (days since 1970-01-01), so that a month of all venues is
# few rows.
venue_days = Table(
    "venue_days",
    metadata,
    Column("local_day", Integer, primary_key=True, autoincrement=False),
    Column("venue_id", ID, primary_key=True),
    # Passages by outcome, people with their companions.
    Column("entries", BigInteger, nullable=False),
    Column("people_in", BigInteger, nullable=False),
    Column("people_out", BigInteger, nullable=False),
    Column("vehicles", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("referred", BigInteger, nullable=False),
    Column("feverish", BigInteger, nullable=False),
    ms_column("first_ms"),
    ms_column("last_ms"),
    Index("ix_venue_days_venue_day", "venue_id", "local_day"),
    sqlite_with_rowid=False,
)

# The same by everything that figures are asked for by.
hour_counts = Table(
    "hour_counts",
    metadata,
    Column("venue_id", ID, primary_key=True),
    Column("local_day", Integer, primary_key=True, autoincrement=False),
    Column("local_hour", Integer, primary_key=True, autoincrement=False),
    Column("entrance_id", ID, primary_key=True),
    Column("direction", Line(3), primary_key=True),
    Column("outcome", Line(16), primary_key=True),
    Column("reason", Line(32), primary_key=True),
    Column("visitor_class", Line(16), primary_key=True),
    Column("way", Line(16), primary_key=True),
    Column("entries", BigInteger, nullable=False),
    Column("people", BigInteger, nullable=False),
    Column("vehicles", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# The sums of `hour_counts` along one of its sides at a time: a month of all venues by hour, class, way,
# entrance or reason is read from few rows. `kind` is "hour", "class", "way", "entrance" or "reason" (its
# value "outcome reason"); every side sums to the same. Venue "" is all venues together, but for entrances.
day_counts = Table(
    "day_counts",
    metadata,
    Column("venue_id", ID, primary_key=True),
    Column("kind", Line(8), primary_key=True),
    Column("local_day", Integer, primary_key=True, autoincrement=False),
    Column("value", ID, primary_key=True),
    Column("entries", BigInteger, nullable=False),
    # Of those let in and let out, and of those turned away or sent to staff, whichever way they went.
    Column("people_in", BigInteger, nullable=False),
    Column("people_out", BigInteger, nullable=False),
    Column("people_refused", BigInteger, nullable=False),
    Column("people_referred", BigInteger, nullable=False),
    Column("vehicles_in", BigInteger, nullable=False),
    Column("vehicles_out", BigInteger, nullable=False),
    Column("vehicles_refused", BigInteger, nullable=False),
    Column("vehicles_referred", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# How often something took how long: kind "pace" in seconds at the gate, "dwell" in minutes inside.
spreads = Table(
    "spreads",
    metadata,
    Column("kind", Line(8), primary_key=True),
    Column("venue_id", ID, primary_key=True),
    Column("local_day", Integer, primary_key=True, autoincrement=False),
    Column("way", Line(16), primary_key=True),
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("times", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
