"""All tables. Times are Unix milliseconds; `*_sealed` columns hold personal data encrypted per field."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
)

from web.db.storable import Line, Lines

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


# SQLite gives rowids only to INTEGER PRIMARY KEY; PostgreSQL needs 64 bits.
_SERIAL = BigInteger().with_variant(Integer(), "sqlite")
_ID = Line(64)


def _id(name: str = "id") -> Column[str]:
    return Column(name, _ID, primary_key=True)


def _ms(name: str, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


# `path` is `/district/street/`: a subtree is one prefix, which both databases find by index.
areas = Table(
    "areas",
    metadata,
    _id(),
    Column("parent_id", _ID, ForeignKey("areas.id")),
    Column("name", Lines, nullable=False),
    Column("path", Lines, nullable=False, unique=True),
)

enterprises = Table(
    "enterprises",
    metadata,
    _id(),
    Column("area_id", _ID, ForeignKey("areas.id"), nullable=False, index=True),
    Column("name", Lines, nullable=False),
    Column("credit_code", Line(18), nullable=False, default=""),
    _ms("created_ms"),
)

venues = Table(
    "venues",
    metadata,
    _id(),
    Column("enterprise_id", _ID, ForeignKey("enterprises.id"), nullable=False, index=True),
    Column("name", Lines, nullable=False),
    Column("address", Lines, nullable=False),
    Column("kind", Line(32), nullable=False),
    Column("capacity", Integer),
    Column("state", Line(16), nullable=False),
    Column("time_zone", Line(64), nullable=False),
    _ms("created_ms"),
)

entrances = Table(
    "entrances",
    metadata,
    _id(),
    Column("venue_id", _ID, ForeignKey("venues.id"), nullable=False, index=True),
    Column("name", Lines, nullable=False),
    _ms("created_ms"),
)

# A policy is never changed: a new version is a new row. The nearest scope that has one decides.
policies = Table(
    "policies",
    metadata,
    Column("scope_kind", Line(16), primary_key=True),
    Column("scope_id", _ID, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Lines, nullable=False),
    Column("account_id", _ID, nullable=False),
    _ms("created_ms"),
)

posters = Table(
    "posters",
    metadata,
    Column("id", Line(32), primary_key=True),
    Column("entrance_id", _ID, ForeignKey("entrances.id"), nullable=False, index=True),
    Column("short_number", Line(8), nullable=False, unique=True),
    Column("serial", Integer, nullable=False),
    Column("state", Line(16), nullable=False),
    _ms("issued_ms"),
    _ms("revoked_ms", nullable=True),
)

accounts = Table(
    "accounts",
    metadata,
    _id(),
    Column("login", Line(200), nullable=False, unique=True),
    Column("password_hash", Lines, nullable=False),
    Column("role", Line(16), nullable=False),
    Column("area_path", Lines, nullable=False, default=""),
    Column("enterprise_id", _ID, ForeignKey("enterprises.id")),
    Column("session_epoch", Integer, nullable=False, default=0),
    _ms("created_ms"),
    _ms("disabled_ms", nullable=True),
)

visitors = Table(
    "visitors",
    metadata,
    _id(),
    Column("enterprise_id", _ID, ForeignKey("enterprises.id"), nullable=False, index=True),
    Column("short_number", Line(8), nullable=False, unique=True),
    Column("visitor_class", Line(16), nullable=False),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("phone_sealed", LargeBinary, nullable=False),
    Column("id_number_sealed", LargeBinary),
    Column("plate_sealed", LargeBinary),
    Column("masked_name", Lines, nullable=False),
    # "staff" or "self": who typed themselves in at a poster is forgotten when nothing keeps them.
    Column("source", Line(8), nullable=False),
    Column("link_hash", LargeBinary(32), nullable=False, unique=True),
    _ms("created_ms"),
)

# Keyed digests of normalised values: equality can be asked, nothing can be read (design §8).
visitor_terms = Table(
    "visitor_terms",
    metadata,
    Column("visitor_id", _ID, ForeignKey("visitors.id"), primary_key=True),
    Column("field", Line(16), primary_key=True),
    Column("digest", LargeBinary(16), primary_key=True),
    Index("ix_visitor_terms_field_digest", "field", "digest"),
)

codes = Table(
    "codes",
    metadata,
    Column("cti", Line(32), primary_key=True),
    Column("visitor_id", _ID, ForeignKey("visitors.id"), nullable=False, index=True),
    Column("code_class", Integer, nullable=False),
    Column("expires_s", BigInteger, nullable=False),
    _ms("issued_ms"),
    _ms("revoked_ms", nullable=True),
)

kiosks = Table(
    "kiosks",
    metadata,
    _id(),
    Column("entrance_id", _ID, ForeignKey("entrances.id"), nullable=False, index=True),
    Column("name", Lines, nullable=False),
    Column("credential_hash", LargeBinary(32), nullable=False, unique=True),
    _ms("enrolled_ms"),
    _ms("revoked_ms", nullable=True),
    _ms("seen_ms", nullable=True),
    Column("version", Line(32), nullable=False, default=""),
    Column("camera", Line(32), nullable=False, default=""),
    Column("waiting", Integer, nullable=False, default=0),
    Column("bundle_seq", BigInteger, nullable=False, default=0),
    Column("foreign_codes", BigInteger, nullable=False, default=0),
    # Every entry up to here has arrived: what is missing above it is asked for again.
    Column("contiguous_seq", BigInteger, nullable=False, default=0),
)

# How a venue wants its gates to behave; none of it is about people.
gate_settings = Table(
    "gate_settings",
    metadata,
    Column("venue_id", _ID, ForeignKey("venues.id"), primary_key=True),
    Column("pin", Lines, nullable=False),
    Column("speaks", Integer, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    _id(),
    Column("venue_id", _ID, ForeignKey("venues.id"), nullable=False, index=True),
    Column("zh", Lines, nullable=False),
    Column("en", Lines, nullable=False),
    Column("picture", LargeBinary, nullable=False),
    _ms("created_ms"),
)

enrolments = Table(
    "enrolments",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("entrance_id", _ID, ForeignKey("entrances.id"), nullable=False),
    _ms("expires_ms"),
    _ms("used_ms", nullable=True),
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
)

# Named numbers that only rise: the bundle's sequence, and the sequence of entries made by this server.
counters = Table(
    "counters",
    metadata,
    Column("name", Line(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Line(36), primary_key=True),
    Column("device", _ID, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("venue_id", _ID, nullable=False),
    Column("entrance_id", _ID, nullable=False),
    Column("direction", Line(3), nullable=False),
    _ms("at_ms"),
    _ms("received_ms"),
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
    UniqueConstraint("device", "seq"),
    Index("ix_entries_corrects", "corrects"),
    Index("ix_entries_venue_time", "venue_id", "at_ms", "id"),
)

# The part that says who. Erasing a person deletes rows here; entries and leaves stay as they are.
entry_people = Table(
    "entry_people",
    metadata,
    Column("entry_id", Line(36), ForeignKey("entries.id"), primary_key=True),
    Column("visitor_id", _ID, nullable=False),
    _ms("at_ms"),
    Column("salt", LargeBinary(32), nullable=False),
    Column("record_sealed", LargeBinary, nullable=False),
    Index("ix_entry_people_visitor_time", "visitor_id", "at_ms"),
    Index("ix_entry_people_time", "at_ms"),
)

leaves = Table(
    "leaves",
    metadata,
    Column("id", _SERIAL, primary_key=True),
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

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("peaks", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
    _ms("signed_ms"),
)

# What a gate sent and could not be taken: kept for a person to look at, never dropped.
quarantine = Table(
    "quarantine",
    metadata,
    Column("id", _SERIAL, primary_key=True),
    Column("kiosk_id", _ID, nullable=False, index=True),
    Column("entry_id", Lines, nullable=False),
    Column("seq", BigInteger),
    Column("why", Line(16), nullable=False),
    Column("detail", Lines, nullable=False),
    Column("body_sealed", LargeBinary, nullable=False),
    Column("body_hash", LargeBinary(32), nullable=False, unique=True),
    _ms("received_ms"),
)

# Numbers of entries that a kiosk said it does not have any more: nobody waits for them.
gaps = Table(
    "gaps",
    metadata,
    Column("kiosk_id", _ID, ForeignKey("kiosks.id"), primary_key=True),
    Column("first_seq", BigInteger, primary_key=True),
    Column("last_seq", BigInteger, primary_key=True),
    Column("cause", Line(16), nullable=False),
    _ms("found_ms"),
    _ms("received_ms"),
)

APPEND_ONLY = (entries, leaves, log_sequence, checkpoints)
