"""What the machines of one site must all see: how often somebody asked, print jobs, and files for a day."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table

from web.db.schema.base import ID, id_column, metadata, ms_column
from web.db.statements.storable import Line, Lines

# How often something was asked for in a span of time, by keyed digests; it need not survive a crash.
shared_counts = Table(
    "shared_counts",
    metadata,
    Column("name", LargeBinary(16), primary_key=True),
    Column("until_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("uses", BigInteger, nullable=False),
)

print_jobs = Table(
    "print_jobs",
    metadata,
    id_column(),
    ms_column("made_ms"),
    # "proposed", "waiting", "running", "done" or "failed"; with everything else of it in `progress`.
    Column("stage", Line(16), nullable=False),
    Column("wanted", Lines, nullable=False),
    Column("progress", Lines, nullable=False),
    Column("posters", Lines, nullable=False, server_default="[]"),
)

# Files that were made for somebody, in sealed pieces; on SQLite they lie beside the database instead.
file_pieces = Table(
    "file_pieces",
    metadata,
    Column("owner", ID, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)
