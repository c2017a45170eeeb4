"""Places: areas, enterprises, venues, entrances, what they ask for and hang up."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table

from web.db.schema.base import ID, id_column, metadata, ms_column
from web.db.storable import Line, Lines

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
    ms_column("created_ms"),
)

entrances = Table(
    "entrances",
    metadata,
    id_column(),
    Column("venue_id", ID, ForeignKey("venues.id"), nullable=False, index=True),
    Column("name", Lines, nullable=False),
    ms_column("created_ms"),
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
)
