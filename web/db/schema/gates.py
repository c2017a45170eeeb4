"""Gates: kiosks, how they come to be, how their venue wants them, and what they could not deliver."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
)

from web.db.schema.base import ID, SERIAL, id_column, metadata, ms_column
from web.db.statements.storable import Line, Lines

kiosks = Table(
    "kiosks",
    metadata,
    id_column(),
    Column("entrance_id", ID, ForeignKey("entrances.id"), nullable=False, index=True),
    Column("name", Lines, nullable=False),
    Column("credential_hash", LargeBinary(32), nullable=False, unique=True),
    ms_column("enrolled_ms"),
    ms_column("revoked_ms", nullable=True),
    ms_column("seen_ms", nullable=True),
    Column("version", Line(32), nullable=False, default=""),
    Column("camera", Line(32), nullable=False, default=""),
    Column("waiting", Integer, nullable=False, default=0),
    Column("bundle_seq", BigInteger, nullable=False, default=0),
    Column("foreign_codes", BigInteger, nullable=False, default=0),
    # Every entry up to here has arrived: what is missing above it is asked for again.
    Column("contiguous_seq", BigInteger, nullable=False, default=0),
    Column("facts_seq", BigInteger, nullable=False, server_default="0"),
    # Frames a second, in tenths; gate minus server in milliseconds; age of the rules in seconds.
    Column("fps_tenths", Integer, nullable=False, server_default="0"),
    Column("clock_offset_ms", BigInteger),
    Column("bundle_age_s", BigInteger),
    # A new credential that the kiosk was given and has not used yet.
    Column("next_credential_hash", LargeBinary(32), index=True, unique=True),
    # Set when somebody asked for a new credential.
    ms_column("rotate_ms", nullable=True),
    # The size of the log's head that the kiosk last confirmed, and when.
    Column("witnessed_size", BigInteger, nullable=False, server_default="0"),
    ms_column("witnessed_ms", nullable=True),
)

# The number of the newest change at each place that gates stand at or below (`web.store.gates.gate_news`).
gate_news = Table(
    "gate_news",
    metadata,
    Column("about", Line(96), primary_key=True),
    Column("number", BigInteger, nullable=False),
)

# How a venue wants its gates to behave; none of it is about people.
gate_settings = Table(
    "gate_settings",
    metadata,
    Column("venue_id", ID, ForeignKey("venues.id"), primary_key=True),
    Column("pin", Lines, nullable=False),
    Column("speaks", Integer, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    id_column(),
    Column("venue_id", ID, ForeignKey("venues.id"), nullable=False, index=True),
    Column("zh", Lines, nullable=False),
    Column("en", Lines, nullable=False),
    Column("picture", LargeBinary, nullable=False),
    ms_column("created_ms"),
)

enrolments = Table(
    "enrolments",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("entrance_id", ID, ForeignKey("entrances.id"), nullable=False),
    ms_column("expires_ms"),
    ms_column("used_ms", nullable=True),
    # What it became, so that whoever shows it sees the kiosk arrive.
    Column("kiosk_id", ID, nullable=False, server_default=""),
)

# Every entrance a kiosk has stood at: what it made there may arrive after it was moved.
kiosk_places = Table(
    "kiosk_places",
    metadata,
    Column("kiosk_id", ID, ForeignKey("kiosks.id"), nullable=False),
    ms_column("since_ms"),
    Column("entrance_id", ID, nullable=False),
    Column("venue_id", ID, nullable=False),
    PrimaryKeyConstraint("kiosk_id", "since_ms"),
    Index("ix_kiosk_places_venue_id", "venue_id", "kiosk_id"),
)

# What a gate sent and could not be taken: kept for a person to look at, never dropped.
quarantine = Table(
    "quarantine",
    metadata,
    Column("id", SERIAL, primary_key=True),
    Column("kiosk_id", ID, nullable=False, index=True),
    Column("entry_id", Lines, nullable=False),
    Column("seq", BigInteger),
    Column("why", Line(16), nullable=False),
    Column("detail", Lines, nullable=False),
    Column("body_sealed", LargeBinary, nullable=False),
    Column("body_hash", LargeBinary(32), nullable=False, unique=True),
    ms_column("received_ms"),
)

# Numbers of entries that a kiosk said it does not have any more: nobody waits for them.
gaps = Table(
    "gaps",
    metadata,
    Column("kiosk_id", ID, ForeignKey("kiosks.id"), primary_key=True),
    Column("first_seq", BigInteger, primary_key=True),
    Column("last_seq", BigInteger, primary_key=True),
    Column("cause", Line(16), nullable=False),
    ms_column("found_ms"),
    ms_column("received_ms"),
)

# What staff have to look at: two gates and one code, a clock that jumped, a gate that fell silent …
alerts = Table(
    "alerts",
    metadata,
    Column("id", SERIAL, primary_key=True),
    # What makes it one alert and not two, however often it is found.
    Column("key", Line(200), nullable=False, unique=True),
    Column("kind", Line(32), nullable=False),
    Column("venue_id", ID, nullable=False, index=True),
    Column("kiosk_id", ID, nullable=False, default="", index=True),
    Column("entry_id", Line(36), nullable=False, default=""),
    Column("other_entry_id", Line(36), nullable=False, default=""),
    # Numbers, ids and times as JSON; never a name, a phone or a plate.
    Column("evidence", Lines, nullable=False),
    ms_column("found_ms"),
    ms_column("settled_ms", nullable=True),
    Column("settled_by", ID, nullable=False, default=""),
    Column("resolution", Line(32), nullable=False, default=""),
    Column("note", Lines, nullable=False, default=""),
)
