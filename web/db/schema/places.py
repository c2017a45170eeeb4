"""Places: areas, enterprises and who looks after them, venues, entrances, what they ask for and hang up."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table

from web.db.schema.base import ID, id_column, metadata, ms_column
from web.db.statements.storable import Line, Lines

# `path` is `/district/street/`: a subtree is one prefix, which both databases find by index.
areas = Table(
    "areas",
    metadata,
    id_column(),
    Column("parent_id", ID, ForeignKey("areas.id")),
    Column("name", Lines, nullable=False),
    Column("path", Lines, nullable=False, unique=True),
)

enterprises = Table(
    "enterprises",
    metadata,
    id_column(),
    Column("area_id", ID, ForeignKey("areas.id"), nullable=False, index=True),
    Column("name", Lines, nullable=False),
    Column("credit_code", Line(18), nullable=False, default=""),
    ms_column("created_ms"),
    Column("kind", Line(32), nullable=False, server_default=""),
    Column("size_class", Line(16), nullable=False, server_default=""),
    Column("contact_name_sealed", LargeBinary),
    Column("contact_phone_sealed", LargeBinary),
    # Who of the authority looks after it; a row of `liaisons`.
    Column("liaison_id", ID, index=True),
    # The table of places that it came with, or "".
    Column("import_id", ID, nullable=False, server_default=""),
)

# People of the authority, each at home in an area and good for the enterprises in and below it.
liaisons = Table(
    "liaisons",
    metadata,
    id_column(),
    Column("area_id", ID, ForeignKey("areas.id"), nullable=False, index=True),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("phone_sealed", LargeBinary, nullable=False),
    # Of name and phone together: who is written twice is one.
    Column("digest", LargeBinary(16), nullable=False, index=True),
    ms_column("created_ms"),
    Column("import_id", ID, nullable=False, server_default=""),
)

# `changes` is what stood there before, as JSON; names and phones in it stay sealed.
place_imports = Table(
    "place_imports",
    metadata,
    id_column(),
    Column("account_id", ID, nullable=False, index=True),
    ms_column("made_ms"),
    ms_column("undone_ms", nullable=True),
    Column("changes", Lines, nullable=False),
)

# Pixels alone, RGB and deflated: whatever else was in the file that was handed in stays out.
logos = Table(
    "logos",
    metadata,
    Column("enterprise_id", ID, ForeignKey("enterprises.id"), primary_key=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("pixels", LargeBinary, nullable=False),
    ms_column("added_ms"),
)

venues = Table(
    "venues",
    metadata,
    id_column(),
    Column("enterprise_id", ID, ForeignKey("enterprises.id"), nullable=False, index=True),
    Column("name", Lines, nullable=False),
    Column("address", Lines, nullable=False),
    Column("kind", Line(32), nullable=False),
    Column("capacity", Integer),
    Column("state", Line(16), nullable=False),
    Column("time_zone", Line(64), nullable=False),
    # Minutes after midnight at which whoever was not seen leaving is taken to have left.
    Column("stays_end_minute", Integer, nullable=False, server_default="0"),
    # 1 for a park's gate: whoever goes on into another venue of its area, or below it, is inside here still.
    Column("surrounds", Integer, nullable=False, server_default="0"),
    ms_column("created_ms"),
    ms_column("applied_ms", nullable=True),
    ms_column("reviewed_ms", nullable=True),
    Column("reviewed_by", ID, nullable=False, server_default=""),
    # Why an application went back to the enterprise, until it is sent again.
    Column("returned_for", Lines, nullable=False, server_default=""),
    Column("import_id", ID, nullable=False, server_default=""),
)

entrances = Table(
    "entrances",
    metadata,
    id_column(),
    Column("venue_id", ID, ForeignKey("venues.id"), nullable=False, index=True),
    Column("name", Lines, nullable=False),
    ms_column("created_ms"),
    Column("import_id", ID, nullable=False, server_default=""),
)

# A policy is never changed: a new version is a new row. The nearest scope that has one decides.
policies = Table(
    "policies",
    metadata,
    Column("scope_kind", Line(16), primary_key=True),
    Column("scope_id", ID, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Lines, nullable=False),
    Column("account_id", ID, nullable=False),
    ms_column("created_ms"),
)

posters = Table(
    "posters",
    metadata,
    Column("id", Line(32), primary_key=True),
    Column("entrance_id", ID, ForeignKey("entrances.id"), nullable=False, index=True),
    Column("short_number", Line(8), nullable=False, unique=True),
    Column("serial", Integer, nullable=False),
    Column("state", Line(16), nullable=False),
    ms_column("issued_ms"),
    ms_column("revoked_ms", nullable=True),
    ms_column("printed_ms", nullable=True),
    # When somebody stood before it and sent a photograph in which it was read.
    ms_column("posted_ms", nullable=True),
    Column("import_id", ID, nullable=False, server_default=""),
)
