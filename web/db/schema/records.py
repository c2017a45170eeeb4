"""Entries and the log over them, the keys that sign, and numbers that only rise."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
    text,
)

from web.db.schema.base import ID, SERIAL, metadata, ms_column
from web.db.statements.storable import Line, Lines

# Few entries are of vehicles: their index holds only those.
_HAS_PLATE = text("plate_digest IS NOT NULL")
_TAKES_BACK = text("corrects > ''")
# So do few temperatures that anybody asks for.
WARM_TENTHS = 370
_IS_WARM = text(f"temperature_tenths >= {WARM_TENTHS}")
_IS_ANNOUNCED = text("visit_id <> ''")
# Nearly every entry came so, or was told so: who looks for these finds them in the order of time.
COMMON_WAYS, COMMON_REASONS = ("kiosk",), ("welcome", "goodbye")
IS_RARE_WAY = text("way <> 'kiosk'")
IS_RARE_REASON = text("reason NOT IN ('welcome', 'goodbye')")

entries = Table(
    "entries",
    metadata,
    Column("id", Line(36), primary_key=True),
    Column("device", ID, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("venue_id", ID, nullable=False),
    Column("entrance_id", ID, nullable=False),
    Column("direction", Line(3), nullable=False),
    ms_column("at_ms"),
    ms_column("received_ms"),
    Column("outcome", Line(16), nullable=False),
    Column("reason", Line(32), nullable=False),
    Column("presence", Line(16), nullable=False),
    Column("way", Line(16), nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("bundle_seq", BigInteger, nullable=False),
    Column("clock", Lines, nullable=False),
    Column("content_hash", LargeBinary(32), nullable=False),
    # The entry that this one takes back, or nothing.
    Column("corrects", Line(36), nullable=False, server_default=""),
    # When it happened as far as the server can tell, and how sure that is: "synced", "holdover", "unknown".
    Column("true_ms", BigInteger, nullable=False, server_default="0"),
    Column("time_quality", Line(8), nullable=False, server_default="unknown"),
    # Who showed the code and who came with them.
    Column("people", Integer, nullable=False, server_default="1"),
    # In which month its leaf has its number (web/db/months/log_months.py); said by the database, 0 on SQLite.
    Column("leaf_month", Integer, nullable=False, server_default="0"),
    UniqueConstraint("device", "seq"),
    # Hardly any entry takes another back; counted with the others, they would mislead whoever plans a query.
    Index("ix_entries_corrects", "corrects", sqlite_where=_TAKES_BACK, postgresql_where=_TAKES_BACK),
    Index("ix_entries_venue_true_time", "venue_id", "true_ms", "id"),
    Index("ix_entries_venue_received", "venue_id", "received_ms", "id"),
    Index("ix_entries_true_time", "true_ms", "id"),
    # What few entries are is found without walking through time.
    Index(
        "ix_entries_way_time", "way", "true_ms", "id",
        sqlite_where=IS_RARE_WAY, postgresql_where=IS_RARE_WAY,
    ),
    Index(
        "ix_entries_reason_time", "reason", "true_ms", "id",
        sqlite_where=IS_RARE_REASON, postgresql_where=IS_RARE_REASON,
    ),
)  # fmt: skip

# The part that says who. Erasing a person deletes rows here; entries and leaves stay as they are.
entry_people = Table(
    "entry_people",
    metadata,
    Column("entry_id", Line(36), ForeignKey("entries.id"), primary_key=True),
    Column("visitor_id", ID, nullable=False),
    ms_column("at_ms"),
    Column("salt", LargeBinary(32), nullable=False),
    Column("record_sealed", LargeBinary, nullable=False),
    # What the desk filters by, out of the record; forgotten with it. The plate as a keyed digest.
    Column("visitor_class", Line(16), nullable=False, server_default=""),
    Column("cti", Line(32), nullable=False, server_default=""),
    Column("temperature_tenths", Integer),
    Column("plate_digest", LargeBinary(16)),
    # The announced visit that it was.
    Column("visit_id", ID, nullable=False, server_default=""),
    # The account of whoever made it by hand; forgotten with whom it was about.
    Column("made_by", ID, nullable=False, server_default=""),
    Index("ix_entry_people_visitor_time", "visitor_id", "at_ms", "entry_id"),
    Index("ix_entry_people_time", "at_ms"),
    Index("ix_entry_people_class_time", "visitor_class", "at_ms", "entry_id"),
    Index("ix_entry_people_warm", "at_ms", sqlite_where=_IS_WARM, postgresql_where=_IS_WARM),
    Index("ix_entry_people_plate", "plate_digest", sqlite_where=_HAS_PLATE, postgresql_where=_HAS_PLATE),
    Index("ix_entry_people_visit", "visit_id", sqlite_where=_IS_ANNOUNCED, postgresql_where=_IS_ANNOUNCED),
)

leaves = Table(
    "leaves",
    metadata,
    Column("id", SERIAL, primary_key=True),
    Column("kind", Line(16), nullable=False),
    Column("ref", Line(64), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)

# The order of the log, given once by the sequencer.
log_sequence = Table(
    "log_sequence",
    metadata,
    Column("leaf_index", BigInteger, primary_key=True, autoincrement=False),
    Column("leaf_id", BigInteger, ForeignKey("leaves.id"), nullable=False, unique=True),
    Column("leaf_hash", LargeBinary(32), nullable=False),
)

# The roots of full tiles of 256: at level 1 of leaves, above of the level below (C2SP tlog-tiles).
log_nodes = Table(
    "log_nodes",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("node_index", BigInteger, primary_key=True, autoincrement=False),
    Column("node_hash", LargeBinary(32), nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("peaks", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
    ms_column("signed_ms"),
)

# Checks of the whole log: how many places were not as signed, and the first of them, a line each.
log_checks = Table(
    "log_checks",
    metadata,
    Column("began_ms", BigInteger, primary_key=True, autoincrement=False),
    ms_column("ended_ms"),
    Column("leaves", BigInteger, nullable=False),
    Column("checkpoints", BigInteger, nullable=False),
    Column("findings", BigInteger, nullable=False),
    Column("places", Lines, nullable=False),
)

# The last check that came to nothing, if none ended since: how far it was and what ended it.
log_check_failures = Table(
    "log_check_failures",
    metadata,
    Column("began_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("leaves", BigInteger, nullable=False),
    Column("reason", Line(100), nullable=False),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("purpose", Line(16), primary_key=True),
    Column("kid", Line(8), primary_key=True),
    Column("name", Lines, nullable=False),
    Column("public", LargeBinary(32), nullable=False),
    Column("private_sealed", LargeBinary, nullable=False),
    Column("not_before_s", BigInteger, nullable=False),
    Column("signs_until_s", BigInteger, nullable=False),
    Column("not_after_s", BigInteger, nullable=False),
    # The enterprise whose visitors it signs for; "" for the installation's own.
    Column("enterprise_id", ID, nullable=False, server_default="", index=True),
    # When it was found to be in other hands: nothing it signed is believed from then on.
    Column("revoked_ms", BigInteger),
)

# Named numbers that only rise: the bundle's sequence, and the sequence of entries made by this server.
counters = Table(
    "counters",
    metadata,
    Column("name", Line(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
