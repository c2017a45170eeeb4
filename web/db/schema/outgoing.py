"""What the site tells other programs: webhooks and each of their deliveries."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table

from web.db.schema.base import ID, id_column, metadata, ms_column
from web.db.statements.storable import Line, Lines

webhooks = Table(
    "webhooks",
    metadata,
    id_column(),
    Column("area_path", Lines, nullable=False, default=""),
    Column("enterprise_id", ID, ForeignKey("enterprises.id"), index=True),
    Column("url", Lines, nullable=False),
    Column("secret_sealed", LargeBinary, nullable=False),
    # Names of events, separated by spaces.
    Column("events", Lines, nullable=False),
    Column("account_id", ID, nullable=False),
    ms_column("created_ms"),
    ms_column("paused_ms", nullable=True),
    ms_column("deleted_ms", nullable=True),
)

# One event for one webhook; it is tried again until it is taken, then given up ("dead") and kept for a look.
deliveries = Table(
    "deliveries",
    metadata,
    id_column(),
    Column("webhook_id", ID, ForeignKey("webhooks.id"), nullable=False),
    Column("event", Line(32), nullable=False),
    # The entry, kiosk or alert it tells of: what is told of one is told in its order.
    Column("about", ID, nullable=False, default=""),
    # Ids, times and closed words as JSON; never a name, a phone or a plate.
    Column("body", LargeBinary, nullable=False),
    Column("state", Line(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("status", Integer, nullable=False, default=0),
    Column("fault", Line(200), nullable=False, default=""),
    ms_column("created_ms"),
    ms_column("next_ms", nullable=True),
    ms_column("done_ms", nullable=True),
    Index("ix_deliveries_state_next_ms", "state", "next_ms"),
    Index("ix_deliveries_webhook_id_created_ms", "webhook_id", "created_ms"),
    Index("ix_deliveries_webhook_id_about", "webhook_id", "about"),
)
