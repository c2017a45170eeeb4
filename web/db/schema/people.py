"""People: visitors, what is known of them, and the codes they were given."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table

from web.db.schema.base import ID, id_column, metadata, ms_column
from web.db.statements.storable import Line, Lines

visitors = Table(
    "visitors",
    metadata,
    id_column(),
    Column("enterprise_id", ID, ForeignKey("enterprises.id"), nullable=False, index=True),
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
    ms_column("created_ms"),
    # Where the last change of what gates know of them stands in the stream of changes.
    Column("facts_seq", BigInteger, nullable=False, server_default="0", index=True),
)

# Keyed digests of normalised values: equality can be asked, nothing can be read (design §8).
visitor_terms = Table(
    "visitor_terms",
    metadata,
    Column("visitor_id", ID, ForeignKey("visitors.id"), primary_key=True),
    Column("field", Line(16), primary_key=True),
    Column("digest", LargeBinary(16), primary_key=True),
    Index("ix_visitor_terms_field_digest", "field", "digest", "visitor_id"),
)

codes = Table(
    "codes",
    metadata,
    Column("cti", Line(32), primary_key=True),
    Column("visitor_id", ID, ForeignKey("visitors.id"), nullable=False, index=True),
    Column("code_class", Integer, nullable=False),
    Column("expires_s", BigInteger, nullable=False),
    ms_column("issued_ms"),
    ms_column("revoked_ms", nullable=True),
    # The key that signed a card; "" for a phone's series, whose codes are signed when they are shown.
    Column("kid", Line(8), nullable=False, server_default="", index=True),
)

# Dated facts about a visitor; one that was wrong is withdrawn, so that what was known when stays known.
credentials = Table(
    "credentials",
    metadata,
    id_column(),
    Column("visitor_id", ID, ForeignKey("visitors.id"), nullable=False, index=True),
    Column("kind", Line(100), nullable=False),
    ms_column("since_ms", nullable=True),
    ms_column("until_ms", nullable=True),
    Column("verified", Integer, nullable=False),
    # "staff", "self" or "import", and who it was.
    Column("source", Line(8), nullable=False),
    Column("account_id", ID, nullable=False, default=""),
    ms_column("created_ms"),
    ms_column("withdrawn_ms", nullable=True),
)

# Red and yellow flags: in force once a second person confirmed, until lifted or over.
holds = Table(
    "holds",
    metadata,
    id_column(),
    Column("visitor_id", ID, ForeignKey("visitors.id"), nullable=False, index=True),
    Column("level", Line(8), nullable=False),
    # The case for whose contacts a rule chose it, or "" when it was proposed alone.
    Column("rule", Line(64), nullable=False, default=""),
    Column("reason_sealed", LargeBinary, nullable=False),
    Column("instruction", Lines, nullable=False),
    Column("appeal", Lines, nullable=False),
    ms_column("until_ms", nullable=True),
    Column("proposed_by", ID, nullable=False),
    ms_column("proposed_ms"),
    Column("confirmed_by", ID, nullable=False, default=""),
    ms_column("confirmed_ms", nullable=True),
    Column("lifted_by", ID, nullable=False, default=""),
    ms_column("lifted_ms", nullable=True),
)

# Areas a visitor was in, as they said or staff noted.
visited_areas = Table(
    "visited_areas",
    metadata,
    id_column(),
    Column("visitor_id", ID, ForeignKey("visitors.id"), nullable=False, index=True),
    Column("area", Line(100), nullable=False),
    ms_column("at_ms"),
    Column("source", Line(8), nullable=False),
    Column("account_id", ID, nullable=False, default=""),
    ms_column("created_ms"),
)

# Visitors that gates may still know and must forget: their place in the stream of changes.
forgotten_visitors = Table(
    "forgotten_visitors",
    metadata,
    id_column("visitor_id"),
    Column("area_path", Lines, nullable=False),
    Column("facts_seq", BigInteger, nullable=False, index=True),
    ms_column("forgotten_ms"),
)
