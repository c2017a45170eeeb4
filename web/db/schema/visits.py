"""Visits that were announced, rounds of those who look after doors, and what a place looks like."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table

from web.db.schema.base import ID, id_column, metadata, ms_column
from web.db.statements.storable import Line, Lines

# Somebody is expected: each occasion is one row, a recurring visit several under one `series_id`.
visits = Table(
    "visits",
    metadata,
    id_column(),
    Column("series_id", ID, nullable=False, index=True),
    Column("enterprise_id", ID, ForeignKey("enterprises.id"), nullable=False, index=True),
    # "" for any venue of the enterprise.
    Column("venue_id", ID, nullable=False, server_default=""),
    Column("visitor_id", ID, nullable=False, index=True),
    Column("host_sealed", LargeBinary, nullable=False),
    # Keyed digest of the host's name, so that it can be asked for.
    Column("host_digest", LargeBinary(16), nullable=False, index=True),
    Column("purpose", Lines, nullable=False, server_default=""),
    ms_column("from_ms"),
    ms_column("until_ms"),
    # The credential that gates know it by.
    Column("credential_id", ID, nullable=False, server_default=""),
    # The invitation it came from, if any.
    Column("invitation_id", ID, nullable=False, server_default="", index=True),
    # All that one press announced, to be taken back together.
    Column("batch_id", ID, nullable=False, server_default="", index=True),
    Column("account_id", ID, nullable=False, server_default=""),
    ms_column("created_ms"),
    ms_column("withdrawn_ms", nullable=True),
    Index("ix_visits_enterprise_from", "enterprise_id", "from_ms"),
)

# A link or QR by which somebody announces themselves for a visit.
invitations = Table(
    "invitations",
    metadata,
    id_column(),
    Column("enterprise_id", ID, ForeignKey("enterprises.id"), nullable=False, index=True),
    Column("venue_id", ID, nullable=False, server_default=""),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    # Its secret, so that staff can show it again; of old invitations it is drawn from the master key.
    Column("token_sealed", LargeBinary),
    Column("host_sealed", LargeBinary, nullable=False),
    Column("host_digest", LargeBinary(16), nullable=False),
    Column("purpose", Lines, nullable=False, server_default=""),
    # What those who use it will be.
    Column("visitor_class", Line(16), nullable=False, server_default="visitor"),
    ms_column("from_ms"),
    ms_column("until_ms"),
    # How many may use it, and how many did.
    Column("most", Integer, nullable=False, server_default="1"),
    Column("used", Integer, nullable=False, server_default="0"),
    Column("account_id", ID, nullable=False),
    ms_column("created_ms"),
    ms_column("withdrawn_ms", nullable=True),
)

# A door that somebody stood before, and what hung there.
patrols = Table(
    "patrols",
    metadata,
    # Made on the phone: sent twice it is one.
    id_column(),
    Column("account_id", ID, nullable=False, index=True),
    Column("entrance_id", ID, ForeignKey("entrances.id"), nullable=False),
    # The poster that was read, "" when none of this site was.
    Column("poster_id", Line(32), nullable=False, server_default=""),
    # "genuine", "misplaced", "revoked", "unknown", "foreign", "several" or "missing".
    Column("verdict", Line(16), nullable=False),
    # The host of a foreign code, or what was noted.
    Column("note", Lines, nullable=False, server_default=""),
    ms_column("at_ms"),
    Index("ix_patrols_entrance_at", "entrance_id", "at_ms"),
    Index("ix_patrols_at", "at_ms"),
)

# What a visitor compares with where they stand. Pixels alone, as a JPEG that this site made.
place_pictures = Table(
    "place_pictures",
    metadata,
    Column("venue_id", ID, ForeignKey("venues.id"), primary_key=True),
    # "" for the venue as a whole.
    Column("entrance_id", ID, primary_key=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("jpeg", LargeBinary, nullable=False),
    Column("sha256", Line(64), nullable=False),
    ms_column("added_ms"),
)
